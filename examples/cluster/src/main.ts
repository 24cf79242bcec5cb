import cluster from "node:cluster";
import { serve } from "./worker.js";

// node dist/main.js [WORKERS] [PORT] [DIRECTORY]: what `pm2 start worker.js -i 4` does, in a few lines.
const [workers = "4", port = "8080", dataDir = "./data"] = process.argv.slice(2);

if (cluster.isPrimary) {
  for (let count = 0; count < Number(workers); count++) cluster.fork();
  cluster.on("listening", (worker, address) => {
    console.log(`worker ${worker.process.pid} listens at port ${address.port}`);
  });
  cluster.on("exit", (worker) => {
    console.log(`worker ${worker.process.pid} has ended: another one is started`);
    cluster.fork();
  });
} else {
  await serve(Number(port), dataDir);
}
