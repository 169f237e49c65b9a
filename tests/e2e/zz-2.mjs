import {b,dev,shot,tree} from './zz-lib.mjs';
import fs from 'fs';
const f=await dev('F','laptop');
await f.goto('http://localhost:4010/new');
await f.getByRole('textbox',{name:'Title'}).fill('<b>Fish</b> & "chips" <img src=x onerror=alert(1)>');
await f.getByRole('textbox',{name:'Question'}).fill('What <script>alert(2)</script> shall we do?');
await f.getByRole('radio',{name:/build capacity/}).click({force:true}).catch(e=>f.getByText('We want to build capacity').click());
await f.getByRole('button',{name:'Make the workshop'}).click();await f.waitForTimeout(2000);await shot(f,'fac');await tree(f);
const id=f.url();
await f.getByRole('button',{name:/^Invite/}).or(f.getByRole('link',{name:/^Invite/})).first().click();await f.waitForTimeout(1200);await shot(f,'invite');await tree(f);
const inv=f.url();
const body=await f.locator('body').innerHTML();
const links=[...new Set(body.match(/https?:\/\/[^"<\s]+\/w\/[^"<\s]+/g))];
const code=(await f.locator('body').innerText()).match(/\d{3} \d{3} \d{3}/)?.[0];
console.log(links,code);
fs.writeFileSync('/tmp/trial/links.json',JSON.stringify({fac:id,links,code,inv}));
await f.context().storageState();
// phone: type the code
const p=await dev('P','phone');await p.goto('http://localhost:4010');await p.waitForTimeout(800);await shot(p,'home-phone');
if(code){await p.getByRole('textbox').first().fill(code);await p.getByRole('button',{name:'Join'}).tap();await p.waitForTimeout(1500);await shot(p,'join-phone');await tree(p);}
await b.close();
