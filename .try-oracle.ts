import { makeEngine } from "./app/sandbox/oracle/fhir/engine.ts";
import { openClinic } from "./app/sandbox/oracle/clinic/clinic.ts";
import { makeShelf } from "./app/sandbox/oracle/clinic/shelf.ts";
let t=performance.now(); const lap=(s:string)=>{console.log(s,Math.round(performance.now()-t), Math.round(process.memoryUsage().rss/1e6), Math.round(process.memoryUsage().heapUsed/1e6)); t=performance.now()};
await makeEngine(()=>new Date()); lap("engine");
const c = await openClinic("t1",0,makeShelf(undefined,"t1"),()=>new Date()); lap("clinic");
await openClinic("t2",1,makeShelf(undefined,"t1"),()=>new Date()); lap("clinic2");
gc?.(); lap("gc");
