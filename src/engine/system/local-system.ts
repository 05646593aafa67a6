import { VERSION } from "../../base/index.ts";
import { readEvents } from "../../container/index.ts";
import { kernelVersion } from "../../host/index.ts";
import type { System } from "../engine.ts";
import { openRegistries } from "../open-registries.ts";
import type { Nouns } from "./prune.ts";
import type { Rooms } from "./rooms.ts";

/** What the engine as a whole offers, on its rooms. */
export function toSystem(rooms: Rooms, nouns: Nouns): System {
  const { store } = rooms;
  return {
    events: (request) => readEvents(store, request),
    login: async (domain, credential, call) => (await openRegistries()).login(domain, credential, call),
    search: async (request, call) => (await openRegistries()).search(request, call),
    version: async () => {
      const { runtimeFacts } = await import("./info.ts");
      return { version: VERSION, kernel: kernelVersion(), ...(await runtimeFacts(rooms)) };
    },
    info: async () => (await import("./info.ts")).systemInfo(rooms),
    df: async () => (await import("./disk-usage.ts")).diskUsage(rooms),
    prune: async (request, { dryRun = false } = {}) => {
      const { pruneSystem, rehearseSystemPrune } = await import("./prune.ts");
      return dryRun ? await rehearseSystemPrune(rooms, request) : await pruneSystem(nouns, request);
    },
    ledger: async () => (await import("./ledger.ts")).diskLedger(rooms),
  };
}
