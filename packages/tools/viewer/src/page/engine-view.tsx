import { Chart } from "./chart.js";
import { type EngineDetails, engineOf } from "./engine-details.js";
import { CachePicture, DeadPicture, LevelsPicture, SegmentsPicture } from "./engine-pictures.js";
import { bytes, count, short } from "./format.js";
import { changesOf, type EngineSample, ratesOf, type Sample, type Watched } from "./watch.js";

/** What is behind the tables, as far as their adapters tell. */
export function EngineView({ watched }: { watched: Watched }) {
  if (watched.answer === undefined) return <p class="empty">…</p>;
  if (watched.engines.length === 0) return <p class="empty">There are no tables here yet.</p>;
  return (
    <>
      {watched.engines.map((samples, index) => (
        <Engine key={index} samples={samples} />
      ))}
    </>
  );
}

function Engine({ samples }: { samples: readonly EngineSample[] }) {
  const last = samples.at(-1);
  if (last === undefined) return null;
  const { row } = last;
  const engine = engineOf(row.details);
  const over = (pick: (sample: EngineSample) => number | undefined): Sample[] =>
    samples.flatMap((sample) => {
      const value = pick(sample);
      return value === undefined ? [] : [{ at: sample.at, value }];
    });
  const disk = over(({ row }) => row.diskBytes);
  const memory = over(({ row }) => row.memoryBytes);
  return (
    <section class="engine" aria-label={`Engine of ${row.domains.join(", ")}`}>
      <h2>
        {row.adapter}{" "}
        <span class="muted">
          {row.domains.slice(0, 6).join(", ")}
          {row.domains.length > 6 && ` and ${row.domains.length - 6} more`}
        </span>
      </h2>
      <dl class="facts-list">
        <Fact name="Tables" value={count(row.tables)} />
        <Fact name="Records" value={count(row.records)} />
        <Fact name="On disk" value={bytes(row.diskBytes)} />
        <Fact name="In memory" value={bytes(row.memoryBytes ?? engine?.waiting.bytes)} />
        {engine !== undefined && <EngineFacts engine={engine} />}
      </dl>
      <div class="pictures">
        {engine !== undefined && (
          <>
            <Chart
              title="Writes a second"
              samples={ratesOf(changesOf(samples))}
              show={(value) => short(value)}
            />
            <LevelsPicture runs={engine.runs} />
            <SegmentsPicture segments={engine.segments} />
            <DeadPicture engine={engine} records={row.records} />
            <CachePicture cache={engine.cache} />
          </>
        )}
        {disk.length > 0 && <Chart title="Bytes on disk" samples={disk} show={bytes} />}
        {memory.length > 0 && <Chart title="Bytes in memory" samples={memory} show={bytes} />}
        <Chart title="Records" samples={over(({ row }) => row.records)} show={short} />
      </div>
      {engine === undefined && row.details !== undefined && <Details details={row.details} />}
      {engine === undefined && <p class="muted">This adapter tells no more of its inside.</p>}
    </section>
  );
}

function EngineFacts({ engine }: { engine: EngineDetails }) {
  return (
    <>
      <Fact name="Runs" value={count(engine.runs.length)} />
      <Fact name="Entries in runs" value={count(engine.entries)} />
      <Fact name="Waiting for a flush" value={count(engine.waiting.entries)} />
      <Fact name="Writes ever" value={count(engine.changes)} />
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** What an adapter tells that no picture is made of. */
function Details({ details }: { details: Readonly<Record<string, unknown>> }) {
  return (
    <table class="details">
      <caption>What its adapter tells</caption>
      <tbody>
        {Object.entries(details).map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{typeof value === "number" ? count(value) : JSON.stringify(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
