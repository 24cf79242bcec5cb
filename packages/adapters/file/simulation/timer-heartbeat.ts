import { BEAT_EVERY } from "../src/ownership/heartbeat.js";
import type { CreateHeartbeat } from "../src/platform/environment.js";
import type { Timer } from "../src/platform/host.js";

/** A heartbeat by the timers of its host, and so in the time of the test; else as that of proper-lockfile. */
export const createTimerHeartbeat: CreateHeartbeat = ({ fileSystem, host }, directory, beat) => {
  let timer: Timer | undefined;
  const startTimer = () => {
    timer?.cancel();
    timer = host.startTimer(BEAT_EVERY, () => {
      startTimer();
      try {
        if (fileSystem.status(directory) === undefined) timer?.cancel();
        else beat();
      } catch {
        // The next one comes.
      }
    });
  };
  return {
    renew() {
      if (fileSystem.status(directory) === undefined) fileSystem.makeDirectory(directory);
      startTimer();
      beat();
    },
    stop() {
      timer?.cancel();
      fileSystem.removeDirectory(directory);
    },
    abandon: () => timer?.cancel(),
  };
};
