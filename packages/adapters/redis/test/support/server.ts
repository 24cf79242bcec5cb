import { createConnection } from "node:net";

/** Where the server is that all tests share. */
export const SERVER_URL: string = process.env.STORE_REDIS_URL ?? "redis://127.0.0.1:6379";

/** Whether it answers at all. With STORE_REQUIRE_SERVERS=1 it has to. */
export async function isServerThere(url: string = SERVER_URL): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const isThere = await new Promise<boolean>((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port || 6379) });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(true)).once("error", () => end(false));
  });
  if (!isThere && process.env.STORE_REQUIRE_SERVERS === "1") {
    throw new Error(`STORE_REQUIRE_SERVERS is 1, and no Redis answers at ${url}`);
  }
  return isThere;
}
