import { useEffect, useRef, useState } from "preact/hooks";
import type { RecordAnswer, TableName, ValueNode } from "../protocol.js";
import { ask, tell } from "./api.js";
import { clock, fromNow } from "./format.js";
import type { Chosen } from "./record-list.js";
import { idOf } from "./route.js";
import { Spans } from "./spans.js";
import { ValueTree } from "./value-tree.js";

/** A record as a tree; with what can be done to it, where that is allowed. */
export function RecordPanel({
  table,
  isSet,
  chosen,
  isWritable,
  onClose,
  onChanged,
}: {
  table: TableName;
  isSet: boolean;
  chosen: Chosen;
  isWritable: boolean;
  onClose: () => void;
  onChanged: (what: string) => void;
}) {
  const { key, nth } = chosen;
  const [record, setRecord] = useState<RecordAnswer>();
  const [error, setError] = useState<string>();
  const [round, setRound] = useState(0);
  const [isEditing, setEditing] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const name = { table: idOf(table), key, nth: String(nth) };
  useEffect(() => {
    let isEnded = false;
    setRecord(undefined);
    setError(undefined);
    setEditing(false);
    ask<RecordAnswer>("record", name).then(
      (answer) => {
        if (isEnded) return;
        setRecord(answer);
        heading.current?.focus({ preventScroll: true });
      },
      (reason: Error) => isEnded || setError(reason.message),
    );
    return () => {
      isEnded = true;
    };
  }, [name.table, key, nth, round]);
  const load = (path: readonly number[], from: number) =>
    ask<ValueNode>("value", { ...name, path: JSON.stringify(path), from: String(from) });
  const remove = () => {
    if (record?.text === undefined || !confirm("Delete this record?")) return;
    tell("delete", { table: name.table, record: record.text }).then(
      () => {
        onChanged("The record is deleted.");
        onClose();
      },
      (reason: Error) => setError(reason.message),
    );
  };
  return (
    <section class="panel" aria-labelledby="record-heading">
      <header>
        <h2 id="record-heading" ref={heading} tabIndex={-1}>
          Record
          {record !== undefined && record.count > 1 && (
            <span class="muted">{` ${nth + 1} of ${record.count} of its key`}</span>
          )}
        </h2>
        <button type="button" onClick={() => setRound(round + 1)} title="Look again">
          Refresh
        </button>
        {record?.text !== undefined && <CopyButton text={record.text} />}
        {isWritable && record?.text !== undefined && isSet && (
          <button type="button" onClick={() => setEditing(true)}>
            Edit
          </button>
        )}
        {isWritable && record?.text !== undefined && (
          <button type="button" class="danger" onClick={remove}>
            Delete
          </button>
        )}
        <button type="button" class="close" aria-label="Close the record" onClick={onClose}>
          ×
        </button>
      </header>
      {error !== undefined && (
        <p role="alert" class="error">
          {error}
        </p>
      )}
      {record?.expiresAt !== undefined && (
        <p class="muted">
          Expires {fromNow(record.expiresAt)}, at {clock(record.expiresAt)}.
        </p>
      )}
      {record !== undefined && !isEditing && <ValueTree node={record.record} load={load} />}
      {isEditing && record?.text !== undefined && (
        <RecordEditor
          table={table}
          text={record.text}
          expected={record.text}
          onCancel={() => setEditing(false)}
          onDone={() => {
            onChanged("The record is replaced.");
            setRound(round + 1);
          }}
        />
      )}
      {isWritable && record !== undefined && record.text === undefined && (
        <p class="muted">This record is too long to be changed here.</p>
      )}
      {record === undefined && error === undefined && <p class="muted">…</p>}
      {record !== undefined && record.record.children === undefined && (
        <Spans spans={record.record.preview} />
      )}
    </section>
  );
}

/** A record as text, to be changed or made. */
export function RecordEditor({
  table,
  text,
  expected,
  onCancel,
  onDone,
}: {
  table: TableName;
  text: string;
  /** What is replaced, only if it is still there; undefined: a new record. */
  expected?: string;
  onCancel: () => void;
  onDone: () => void;
}) {
  const [draft, setDraft] = useState(text);
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  const save = (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    const how = expected === undefined ? { isNew: true } : { expected };
    tell("put", { table: idOf(table), record: draft, ...how }).then(onDone, (reason: Error) => {
      setBusy(false);
      setError(reason.message);
    });
  };
  return (
    <form class="editor" onSubmit={save}>
      <label for="record-text">Record, in the text form</label>
      <textarea
        id="record-text"
        ref={field}
        rows={10}
        spellcheck={false}
        value={draft}
        onInput={(event) => setDraft(event.currentTarget.value)}
        aria-describedby="record-text-hint"
      />
      <p id="record-text-hint" class="muted">
        JSON, its key first:{" "}
        <code>
          ["r1", {"{"}"state": "done"{"}"}]
        </code>
        , with <code>{'{"$bigint":"12"}'}</code>, <code>{'{"$bytes":"AQID"}'}</code>,{" "}
        <code>{'{"$date":"2026-01-31"}'}</code> and such for what JSON lacks.
      </p>
      {error !== undefined && (
        <p role="alert" class="error">
          {error}
        </p>
      )}
      <div class="actions">
        <button type="submit" class="primary" disabled={isBusy}>
          {expected === undefined ? "Insert" : "Replace"}
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function CopyButton({ text }: { text: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(text).then(() => setCopied(true));
  };
  return (
    <button type="button" onClick={copy} onBlur={() => setCopied(false)} title="In the text form">
      {isCopied ? "Copied" : "Copy"}
    </button>
  );
}
