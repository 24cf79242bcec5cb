import type { Mode } from "../adapter/mode.js";
import { failing, type Runner, type Steps, step } from "../adapter/steps.js";
import { describe } from "../errors/describe.js";
import { Refusal } from "../errors/errors.js";
import {
  type CopySide,
  DomainCopy,
  type MigratedTable,
  type MigrationOptions,
} from "../migration/domain-copy.js";
import type { Migration } from "../migration/migration-gate.js";
import type { Backend } from "./backend.js";
import type { DomainConfig, DomainRegistry } from "./domain-registry.js";
import type { StoreBackends } from "./store-backends.js";
import { NO_SETTINGS } from "./table-slot.js";

/** What a domain is migrated, or copied, with. */
export interface MigrationRequest<M extends Mode> {
  readonly domain: string;
  readonly target: DomainConfig;
  readonly onProgress: MigrationOptions["onProgress"];
  readonly registry: DomainRegistry;
  readonly backends: StoreBackends<M>;
  readonly runner: Runner<M>;
  /** Refuses to go on when the store is closed. */
  checkOpen(): void;
}

/**
 * The way of one domain to another backend. Until the switch, the last step and one without interruption, nothing is
 * changed that the users of the domain see; what was copied is what the tables hold at the switch.
 */
export function domainMigration<M extends Mode>(request: MigrationRequest<M>): Migration {
  const { domain, registry, backends, runner } = request;
  return {
    domain,
    *run(): Steps<MigratedTable[]> {
      const source = backends.of(registry.get(domain));
      const target = backends.of(request.target);
      if (source === target) return [];
      const copy = copyOf(request, source, target, "moving");
      const moved = yield* copy.run();
      // Nothing comes between here and the moment when every old handle refuses calls.
      registry.set(domain, target.config);
      // What is in them is elsewhere, and safe: that one fails to close takes nothing back. The copies are closed as well,
      // for whoever opens them next may want another schema.
      const closed = copy.tables.flatMap((each) =>
        [each.table, each.copy].map((table) => runner.run(failing(() => table.close()))),
      );
      for (const closing of closed) yield* step<unknown>(closing);
      return moved;
    },
  };
}

/** A copy of one domain in another backend, which is closed again if nobody else has tables open there. */
export function domainCopy<M extends Mode>(request: MigrationRequest<M>): Migration {
  const { domain, registry, backends } = request;
  return {
    domain,
    *run(): Steps<MigratedTable[]> {
      const source = backends.of(registry.get(domain));
      const wasKnown = backends.known(request.target) !== undefined;
      const target = backends.of(request.target);
      try {
        if (source === target) {
          throw new Refusal("STORE_INVALID_OPERATION", "the target is where the domain is");
        }
        yield* checkEmpty(target, domain);
        const copy = copyOf(request, source, target, "copying");
        const copied = yield* copy.run();
        yield* closing(copy);
        return copied;
      } finally {
        if (!wasKnown && !target.isInUse) yield* backends.release(target);
      }
    },
  };
}

/** Closes the copies, and those of the tables that were opened for them. The first failure of a copy is thrown. */
function* closing(copy: DomainCopy): Steps<void> {
  const failures: { error: unknown }[] = [];
  for (const { table, copy: closed, isOpenedHere } of copy.tables) {
    if (isOpenedHere) yield* failing(() => table.close());
    const failure = yield* failing(() => closed.close());
    if (failure !== undefined) failures.push(failure);
  }
  if (failures[0] !== undefined) throw failures[0].error;
}

/** Refuses a target that holds records in the domain. */
function* checkEmpty<M extends Mode>(target: Backend<M>, domain: string): Steps<void> {
  for (const { name } of yield* target.tables(domain)) {
    const open = yield* target.openedTable(domain, name);
    const table = open ?? (yield* target.ensureTable(domain, name, NO_SETTINGS));
    let size = 0;
    try {
      size = yield* step(table.size as number);
    } finally {
      if (open === undefined) yield* failing(() => table.close());
    }
    if (size === 0) continue;
    throw new Refusal(
      "STORE_INVALID_OPERATION",
      `the target holds records: table ${describe(name)} has ${size}`,
    );
  }
}

function copyOf<M extends Mode>(
  { domain, registry, runner, onProgress, checkOpen }: MigrationRequest<M>,
  source: Backend<M>,
  target: Backend<M>,
  doing: "moving" | "copying",
): DomainCopy {
  const config = registry.get(domain);
  return new DomainCopy({
    domain,
    source: sideOf(source),
    target: sideOf(target),
    runner: runner as unknown as Runner<Mode>,
    onProgress,
    doing,
    allowsSnapshots: doing === "copying",
    check() {
      checkOpen();
      if (registry.get(domain) !== config) {
        throw new Refusal("STORE_INVALID_OPERATION", "the domain was configured anew meanwhile");
      }
    },
  });
}

function sideOf<M extends Mode>(backend: Backend<M>): CopySide {
  return {
    adapter: backend.config.adapter.name,
    tables: (domain) => backend.tables(domain),
    openedTable: (domain, name) => backend.openedTable(domain, name),
    openTable: (domain, name, type) => backend.ensureTable(domain, name, { ...NO_SETTINGS, type }),
    dropTable: (domain, name) => backend.dropTable(domain, name),
    emptyTable: (domain, name) => backend.emptyTable(domain, name),
    checkSupported: (type) => backend.checkSupported(type),
    watchWrites: (domain, name, onWrite) => backend.watchWrites(domain, name, onWrite),
  } as CopySide;
}
