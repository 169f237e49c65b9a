import { chromium } from '@playwright/test';
export const b = await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox','--disable-gpu']});
export const sizes={tablet:{viewport:{width:1180,height:820},hasTouch:true,isMobile:true},phone:{viewport:{width:390,height:844},hasTouch:true,isMobile:true},laptop:{viewport:{width:1440,height:900}},wall:{viewport:{width:1920,height:1080}}};
export async function dev(name,kind,extra={}){const c=await b.newContext({...sizes[kind],...extra});const p=await c.newPage();p.setDefaultTimeout(6000);p.on('pageerror',e=>console.log(name,'PAGEERROR',e.message));p.on('console',m=>{if(['error','warning'].includes(m.type()))console.log(name,m.type(),m.text().slice(0,300))});return p}
export const shot=(p,n)=>p.screenshot({path:`/tmp/trial/${n}.png`});
export const tree=async(p)=>{console.log('URL',p.url().replace(/key=.{6}.*/,'key=..'));console.log(await p.locator('body').ariaSnapshot())};
