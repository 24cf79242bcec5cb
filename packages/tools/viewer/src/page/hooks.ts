import { useEffect, useRef, useState } from "preact/hooks";

/** Calls on a key that nothing else takes: not within a field, and without Ctrl, Alt or Meta. */
export function useShortcuts(actions: Readonly<Record<string, () => void>>, isOn = true): void {
  const current = useRef(actions);
  current.current = actions;
  useEffect(() => {
    if (!isOn) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
      const action = current.current[event.key];
      if (action === undefined || isTyping(event.target)) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [isOn]);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("dialog[open]") !== null) return true;
  const isText =
    target instanceof HTMLInputElement && !/^(radio|checkbox|button)$/.test(target.type);
  return isText || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** A choice that is kept from one visit to the next. */
export function useKept<T extends string>(name: string, otherwise: T): [T, (value: T) => void] {
  const key = `store-viewer-${name}`;
  const [value, setValue] = useState<T>(() => (localStorage.getItem(key) as T | null) ?? otherwise);
  return [
    value,
    (next) => {
      localStorage.setItem(key, next);
      setValue(next);
    },
  ];
}
