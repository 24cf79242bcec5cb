export const KEYS: number;
export const STEADY: number;
export function steadyKey(index: number): number;
export function recordOf(key: number, version: number): [number, number, string, object];
export function isEmptyAt(type: string, version: number): boolean;
