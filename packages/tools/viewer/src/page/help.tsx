import { useEffect, useRef } from "preact/hooks";

const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [["1", "2", "3"], "tables, engine, compare"],
  [["/"], "to the field that filters or searches"],
  [["j", "k", "↓", "↑"], "next and previous record; the arrows within the list"],
  [["Enter"], "open the record"],
  [["Esc"], "close the record, cancel a search"],
  [["n"], "more records"],
  [["r"], "look again"],
  [["f"], "follow the end of an ordered table"],
  [["m"], "take a mark"],
  [["t"], "dark, light, or as the system is"],
  [["?"], "this help"],
];

export function Help({
  isOpen,
  hasKeys,
  onKeys,
  onClose,
}: {
  isOpen: boolean;
  hasKeys: boolean;
  onKeys: (isOn: boolean) => void;
  onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (isOpen && element?.open === false) element.showModal();
    if (!isOpen && element?.open) element.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="help-heading">
      <h2 id="help-heading">Keys</h2>
      <table class="shortcuts">
        <tbody>
          {KEYS.map(([keys, what]) => (
            <tr key={what}>
              <th scope="row">
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </th>
              <td>{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        <label class="check">
          <input
            type="checkbox"
            checked={hasKeys}
            onChange={(event) => onKeys(event.currentTarget.checked)}
          />
          single keys are shortcuts
        </label>
      </p>
      <p class="muted">
        Keys and patterns are typed as JSON, as on the command line: <code>"r1"</code>,{" "}
        <code>17</code>, <code>["run", 1]</code>, <code>{'{"$bigint":"12"}'}</code>,{" "}
        <code>{'{"$bytes":"AQID"}'}</code>. In a pattern <code>_</code> stands for anything:{" "}
        <code>{'[["run", _], {"state": "failed"}]'}</code>.
      </p>
      <form method="dialog">
        <button type="submit" class="primary">
          Close
        </button>
      </form>
    </dialog>
  );
}
