import {b,dev,shot,tree} from './zz-lib.mjs';
const f=await dev('F','laptop');
await f.goto('http://localhost:4010');await f.waitForTimeout(1500);await shot(f,'home');await tree(f);
await f.getByText('Start a workshop').first().click();await f.waitForTimeout(600);await shot(f,'new');await tree(f);
await b.close();
