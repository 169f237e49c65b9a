import {b,dev,shot} from './zz-lib.mjs';
import {spawn} from 'child_process';
let proc;const start=async()=>{proc=spawn('/work/main/target/release/trestle',['--port','4099','--data','/tmp/trial/d','--no-mdns'],{stdio:['ignore','ignore','inherit']});for(let i=0;i<50;i++){try{if((await fetch('http://localhost:4099/health')).ok)break}catch{}await new Promise(r=>setTimeout(r,100))}};
await start();const O='http://localhost:4099';
const a=await dev('A','tablet'),c=await dev('C','laptop'),x=await dev('X','phone');
const w=await(await a.request.post(O+'/api/workshops',{data:{title:'Kill',question:'q',start:'community'}})).json();
await c.goto(O+w.links.facilitator);await c.waitForTimeout(800);await c.getByRole('button',{name:/^Start What is/}).click();
for(const [d,n] of [[a,'Oak table'],[x,'Joining from elsewhere']]){await d.goto(O+w.links.participant);await d.getByText(n,{exact:true}).last().tap();await d.getByRole('button',{name:'Join in'}).tap();await d.waitForTimeout(900);}
const add=async(d,s)=>{await d.getByRole('button',{name:'Add card'}).tap();await d.waitForTimeout(150);await d.keyboard.type(s,{delay:15});await d.keyboard.press('Escape');await d.waitForTimeout(100)};
await Promise.all([add(a,'A1 one'),add(x,'X1 one')]);
const p=Promise.all([add(a,'A2 written while the relay is killed'),add(x,'X2 written while the relay is killed')]);
await new Promise(r=>setTimeout(r,350));proc.kill('SIGKILL');await p;
await add(a,'A3 offline');await add(x,'X3 offline');
await shot(a,'kill-off-tab');await shot(x,'kill-off-ph');await shot(c,'kill-off-fac');
console.log('status',await a.locator('[role=status]').allInnerTexts(), await c.locator('[role=status]').first().innerText());
// reload offline on localhost (secure ctx)
await x.reload().catch(e=>console.log('reload',e.message.slice(0,80)));await x.waitForTimeout(1500);await shot(x,'kill-reload-ph');console.log('after reload:',(await x.locator('body').innerText()).slice(0,300));
await start();const t0=Date.now();
let ok=false;for(let i=0;i<60;i++){const ta=await a.locator('main').innerText(),tx=await x.locator('body').innerText();if(['A1','A2','A3','X1','X2','X3'].every(s=>ta.includes(s)&&tx.includes(s))){ok=true;break}await new Promise(r=>setTimeout(r,250))}
console.log('converged',ok,Date.now()-t0);console.log(await a.locator('main').innerText());
await a.waitForTimeout(500);await shot(a,'kill-on-tab');await shot(x,'kill-on-ph');
// two tabs of one device: open a second tab in a's context
const a2=await a.context().newPage();await a2.goto(O+w.links.participant);await a2.waitForTimeout(1500);console.log('tab2',(await a2.locator('body').innerText()).slice(0,150));await shot(a2,'tab2');
if(await a2.getByRole('button',{name:'Join in'}).count()){await a2.getByRole('button',{name:'Join in'}).tap();await a2.waitForTimeout(800)}
await add(a2,'T2 second tab').catch(e=>console.log(e.message.slice(0,200)));await a.waitForTimeout(800);console.log('tab1 sees T2',(await a.locator('main').innerText()).includes('T2'), 'people', (await a.locator('header').innerText()).replace(/\n/g,'|'));
// undo in tab1 must not undo tab2's
for(let i=0;i<2;i++){await a.getByRole('button',{name:'Undo'}).tap();await a.waitForTimeout(300)}
console.log('after undo x2:',(await a.locator('main').innerText()).replace(/\n/g,'|'));
await a.reload();await a.waitForTimeout(1500);await shot(a,'reload-tab');console.log('reload a',(await a.locator('body').innerText()).slice(0,200).replace(/\n/g,'|'));
await a.goBack();await a.waitForTimeout(800);console.log('back',a.url().slice(0,40),(await a.locator('body').innerText()).slice(0,150).replace(/\n/g,'|'));
proc.kill('SIGTERM');await b.close();
