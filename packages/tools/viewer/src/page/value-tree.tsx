import { useEffect, useState } from "preact/hooks";
import type { ChildNode, ValueNode, ValuePath } from "../protocol.js";
import { counted } from "./format.js";
import { bytesFrom, elementsOf, HexDump } from "./hex.js";
import { Spans } from "./spans.js";

/** Asks for a part of the value that is shown. */
export type Load = (path: ValuePath, from: number) => Promise<ValueNode>;

/** Strings up to so many characters are shown in their line. */
const SHORT = 120;
/** So deep a record is open at first. */
const OPEN_DEPTH = 2;

const MEMBERS: Readonly<Record<string, string>> = {
  array: "element",
  object: "member",
  map: "entr",
  set: "member",
};

/** A value, which is opened and closed part by part. */
export function ValueTree({ node, load }: { node: ValueNode; load: Load }) {
  return (
    <ul class="tree">
      {(node.children ?? []).map((child) => (
        <Child key={child.at} child={child} path={[]} depth={0} load={load} isElement />
      ))}
      {node.children !== undefined && (node.size ?? 0) > node.children.length && (
        <MoreChildren node={node} path={[]} depth={0} load={load} />
      )}
    </ul>
  );
}

interface PartProps {
  readonly path: ValuePath;
  readonly depth: number;
  readonly load: Load;
}

function Child({
  child,
  path,
  depth,
  load,
  isElement = false,
}: PartProps & { child: ChildNode; isElement?: boolean }) {
  const { name, key, keyAt, value, at } = child;
  const label = isElement ? (at === 0 ? "key" : `element ${at + 1}`) : name;
  return (
    <li>
      {key !== undefined && keyAt !== undefined && (
        <Value node={key} path={[...path, keyAt]} depth={depth + 1} load={load} label="key" isKey />
      )}
      <Value
        node={value}
        path={[...path, at]}
        depth={depth}
        load={load}
        label={key === undefined ? label : "value"}
      />
    </li>
  );
}

function Value({
  node,
  path,
  depth,
  load,
  label,
  isKey = false,
}: PartProps & { node: ValueNode; label: string | undefined; isKey?: boolean }) {
  const [isOpen, setOpen] = useState(depth < OPEN_DEPTH && !isKey && isOpenable(node));
  const [content, setContent] = useState(node);
  const [error, setError] = useState<string>();
  useEffect(() => setContent(node), [node]);
  const isLoaded =
    content.children !== undefined || content.text !== undefined || content.base64 !== undefined;
  const fetchFrom = (from: number) => {
    load(path, from).then(
      (part) => setContent((before) => (from === 0 ? part : joined(before, part))),
      (reason: Error) => setError(reason.message),
    );
  };
  useEffect(() => {
    if (isOpen && !isLoaded) fetchFrom(0);
  }, [isOpen]);
  const name = label !== undefined && <span class="name">{label}</span>;
  if (!isOpenable(node)) {
    return (
      <div class="line">
        <span class="no-toggle" aria-hidden="true" />
        {name}
        <span class="value">
          <Spans spans={node.preview} />
          <Note node={node} />
        </span>
      </div>
    );
  }
  return (
    <>
      <div class="line">
        <button
          type="button"
          class="toggle"
          aria-expanded={isOpen}
          aria-label={`${label ?? "member"}, ${describe(node)}`}
          onClick={() => setOpen(!isOpen)}
        >
          <span aria-hidden="true">{isOpen ? "▾" : "▸"}</span>
        </button>
        {name}
        <span class="value">
          {isOpen ? <span class="muted">{describe(node)}</span> : <Spans spans={node.preview} />}
        </span>
      </div>
      {isOpen && error !== undefined && (
        <p role="alert" class="error">
          {error}
        </p>
      )}
      {isOpen && error === undefined && (
        <Content node={content} path={path} depth={depth} load={load} onMore={fetchFrom} />
      )}
    </>
  );
}

function Content({
  node,
  path,
  depth,
  load,
  onMore,
}: PartProps & { node: ValueNode; onMore: (from: number) => void }) {
  const { children, text, base64, size = 0, type } = node;
  if (children !== undefined) {
    return (
      <ul>
        {children.map((child) => (
          <Child key={child.at} child={child} path={path} depth={depth + 1} load={load} />
        ))}
        {children.length === 0 && <li class="muted">empty</li>}
        {children.length < size && (
          <li>
            <button type="button" class="more" onClick={() => onMore(children.length)}>
              {`${counted(size - children.length, "more")}`.replace(/s$/, "")}
            </button>
          </li>
        )}
      </ul>
    );
  }
  if (text !== undefined) {
    return (
      <div class="text">
        {/* biome-ignore-start lint/a11y: what scrolls is reached by keyboard, and so has a name; no element of HTML is that */}
        <pre tabIndex={0} role="group" aria-label="text">
          {text}
        </pre>
        {/* biome-ignore-end lint/a11y: up to here */}
        {text.length < size && (
          <button type="button" class="more" onClick={() => onMore(text.length)}>
            {counted(size - text.length, "character")} more
          </button>
        )}
      </div>
    );
  }
  if (base64 === undefined) return <p class="muted">…</p>;
  const bytes = bytesFrom(base64);
  const elements = elementsOf(type, bytes);
  return (
    <>
      {elements !== undefined && (
        <p class="elements">
          <span class="v-typedarray">{elements.slice(0, 64).join(", ")}</span>
          {elements.length > 64 || bytes.length < size ? ", …" : ""}
        </p>
      )}
      <HexDump bytes={bytes} from={0} size={size} onMore={() => onMore(bytes.length)} />
    </>
  );
}

/** The elements of a record beyond those that came with it. */
function MoreChildren({ node, path, load }: PartProps & { node: ValueNode }) {
  const [children, setChildren] = useState<readonly ChildNode[]>([]);
  const shown = (node.children?.length ?? 0) + children.length;
  const onMore = () => {
    void load(path, shown).then((part) => setChildren([...children, ...(part.children ?? [])]));
  };
  return (
    <>
      {children.map((child) => (
        <Child key={child.at} child={child} path={path} depth={0} load={load} isElement />
      ))}
      {shown < (node.size ?? 0) && (
        <li>
          <button type="button" class="more" onClick={onMore}>
            {counted((node.size ?? 0) - shown, "element")} more
          </button>
        </li>
      )}
    </>
  );
}

/** What is known beside the value itself. */
function Note({ node }: { node: ValueNode }) {
  if (node.kind !== "date") return null;
  const text = node.preview[0]?.[1] ?? "";
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return null;
  return <span class="muted note">{` · ${date.toLocaleString()} local time`}</span>;
}

function isOpenable({ kind, size }: ValueNode): boolean {
  if (size === undefined) return false;
  return kind === "string" ? size > SHORT : true;
}

function describe({ kind, size = 0, type }: ValueNode): string {
  if (kind === "string") return `text of ${counted(size, "character")}`;
  if (type !== undefined)
    return type === "bytes" ? counted(size, "byte") : `${type}, ${counted(size, "byte")}`;
  const title = { array: "array", object: "object", map: "Map", set: "Set" }[kind as "array"];
  const members =
    kind === "map"
      ? `${counted(size, "entry").replace("entrys", "entries")}`
      : counted(size, MEMBERS[kind] ?? "member");
  return `${title} of ${members}`;
}

function joined(before: ValueNode, part: ValueNode): ValueNode {
  if (before.children !== undefined && part.children !== undefined) {
    return { ...before, children: [...before.children, ...part.children] };
  }
  if (before.text !== undefined && part.text !== undefined) {
    return { ...before, text: before.text + part.text };
  }
  if (before.base64 !== undefined && part.base64 !== undefined) {
    const [a, b] = [bytesFrom(before.base64), bytesFrom(part.base64)];
    const all = new Uint8Array(a.length + b.length);
    all.set(a);
    all.set(b, a.length);
    return { ...before, base64: base64Of(all) };
  }
  return part;
}

function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4_096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4_096));
  }
  return btoa(text);
}
