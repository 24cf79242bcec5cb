import type { Adapter, AdapterBackend, TableEntry } from "@store/core";

/** An adapter that shows some tables of each domain alone: what is done to the domain is done to them. */
export function onlyTables(
  adapter: Adapter,
  isShown: (domain: string, name: string) => boolean,
): Adapter {
  const showing = (backend: AdapterBackend): AdapterBackend =>
    new Proxy(backend, {
      get(target, member) {
        if (member === "tables") {
          return (domain: string) =>
            mapped(target.tables(domain), (entries: readonly TableEntry[]) =>
              entries.filter(({ name }) => isShown(domain, name)),
            );
        }
        const value: unknown = Reflect.get(target, member);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  const open: Adapter["open"] = (...args) => mapped(adapter.open(...args), showing);
  return { ...adapter, open };
}

/** In the mode of the adapter. */
export function mapped<A, B>(value: A | Promise<A>, map: (value: A) => B): B | Promise<B> {
  return value instanceof Promise ? value.then(map) : map(value);
}
