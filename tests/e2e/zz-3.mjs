import {b,dev,shot,tree} from './zz-lib.mjs';
import fs from 'fs';
const f=await dev('F','laptop');
const r=await f.request.post('http://localhost:4010/api/workshops',{data:{title:'Trial A',question:'How do we get there?',start:'community'}});const w=await r.json();
fs.writeFileSync('/tmp/trial/w.json',JSON.stringify(w));
const O='http://localhost:4010';
await f.goto(O+w.links.facilitator);await f.waitForTimeout(1200);
const t=await dev('T','tablet'),p=await dev('P','phone'),wall=await dev('W','wall');
await wall.goto(O+w.links.wall);await wall.waitForTimeout(1000);await shot(wall,'wall0');
for(const [d,n,name] of [[t,'Oak table','Ann'],[p,'Joining from elsewhere','Bob']]){await d.goto(O+w.links.participant);await d.getByText(n,{exact:true}).last().tap();await d.getByRole('textbox').first().fill(name);await d.getByRole('button',{name:'Join in'}).tap();await d.waitForTimeout(700);await shot(d,'before-'+name);}
await f.getByRole('button',{name:/^Start What is on/}).click();await f.waitForTimeout(1200);
await shot(t,'tab-board');await tree(t);await shot(p,'ph-board');await shot(f,'fac-run');await shot(wall,'wall1');
await t.getByRole('button',{name:'Add card'}).tap();await t.waitForTimeout(300);await t.keyboard.type('The bus is late again');await shot(t,'tab-write');await tree(t);
await t.touchscreen.tap(900,500);await t.waitForTimeout(500);await shot(t,'tab-after');
// 100k paste
await t.getByRole('button',{name:'Add card'}).tap();await t.waitForTimeout(300);
const t0=Date.now();await t.evaluate(()=>{const dt=new DataTransfer();dt.setData('text/plain','x y'.repeat(33333));const e=document.activeElement;document.execCommand('insertText',false,'lorem '.repeat(16667));});console.log('paste ms',Date.now()-t0,await t.evaluate(()=>document.activeElement.value?.length+' '+document.activeElement.maxLength));
await t.waitForTimeout(800);await shot(t,'tab-paste');
await t.keyboard.press('Escape');await t.waitForTimeout(500);await shot(t,'tab-paste2');
await tree(t);
await shot(f,'fac-run2');await shot(wall,'wall2');await tree(wall);await tree(p);
await b.close();
