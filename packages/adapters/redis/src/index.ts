export type { RedisClient, RedisOptions } from "./options.js";
export { redisAdapter } from "./redis-adapter.js";
