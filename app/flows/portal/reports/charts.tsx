/**
 * Charts as SVG, drawn on the server. Each chart says in words what it shows, uses patterns as well as colors, and has its
 * numbers in a table beside it.
 */
import { max } from "d3-array";
import { scaleBand, scaleLinear } from "d3-scale";
import { stack } from "d3-shape";
import { charactersOf } from "../../../domain/formatters.ts";
import { Card } from "../../../web/components.tsx";
import { ListTable } from "../listTable.tsx";

export interface Series {
  readonly name: string;
  /** One value for each of the chart's categories. */
  readonly values: readonly number[];
}

interface Chart {
  /** An id that is unique on the page, so that the patterns of two charts differ. */
  readonly id: string;
  readonly title: string;
  readonly says: string;
  /** The labels under the columns. */
  readonly categories: readonly string[];
  readonly categoriesAre: string;
  readonly series: readonly Series[];
}

const [WIDTH, HEIGHT] = [720, 260];
const EDGE = { top: 12, right: 8, bottom: 40, left: 44 };
/** How many labels are written under the columns; more could not be read. */
const MOST_WORDS = 10;
/** How wide a character of them is on average. */
const CHARACTER = 6.5;

/** A chart of stacked columns, with the same numbers as a table. */
export function ColumnChart(chart: Chart) {
  const { id, title, says, categories, series } = chart;
  const sums = categories.map((_category, index) =>
    series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0),
  );
  const x = scaleBand(
    categories.map((_category, index) => index),
    [EDGE.left, WIDTH - EDGE.right],
  ).padding(0.2);
  const y = scaleLinear([0, Math.max(1, max(sums) ?? 0)], [HEIGHT - EDGE.bottom, EDGE.top]).nice(4);
  const layers = stack<number, number>()
    .keys(series.keys())
    .value((index, key) => series[key]?.values[index] ?? 0)(categories.keys());
  const every = Math.ceil(categories.length / MOST_WORDS);
  const room = Math.floor(((x.step() || WIDTH) * every) / CHARACTER);
  return (
    <Card title={title}>
      <p class="quiet">{says}</p>
      <figure class="chart" role="group" aria-label={title + ", as a chart"} tabIndex={0}>
        <svg
          viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
          role="img"
          aria-labelledby={`${id}-t ${id}-d`}
        >
          <title id={id + "-t"}>{title}</title>
          <desc id={id + "-d"}>{says + " " + highestInWords(chart)}</desc>
          <Patterns id={id} />
          {y
            .ticks(4)
            .filter(Number.isInteger)
            .map((tick) => (
              <g key={tick}>
                <line class="grid" x1={EDGE.left} x2={WIDTH - EDGE.right} y1={y(tick)} y2={y(tick)} />
                <text x={EDGE.left - 6} y={y(tick) + 4} text-anchor="end">
                  {String(tick)}
                </text>
              </g>
            ))}
          {layers.map((layer, key) => (
            <g key={key} class={"series-" + String(key)}>
              {layer.map(([from, to], index) =>
                to > from ? (
                  <rect
                    key={index}
                    x={x(index) ?? 0}
                    width={x.bandwidth()}
                    y={y(to)}
                    height={y(from) - y(to)}
                    fill={`url(#${id}-p${String(key)})`}
                  />
                ) : null,
              )}
            </g>
          ))}
          {categories.map((category, index) =>
            index % every === 0 ? (
              <text key={index} x={(x(index) ?? 0) + x.bandwidth() / 2} y={HEIGHT - 18} text-anchor="middle">
                {shortened(category, room)}
              </text>
            ) : null,
          )}
        </svg>
        {series.length > 1 && <Legend id={id} series={series} />}
      </figure>
      <Numbers {...chart} />
    </Card>
  );
}

/** A label that does not run into the next one; the table has the whole. */
function shortened(label: string, room: number): string {
  const characters = charactersOf(label);
  return characters.length <= room ? label : characters.slice(0, Math.max(1, room - 1)).join("") + "…";
}

/** Says in words which category is the highest, for somebody who cannot see the chart. */
function highestInWords({ categories, series }: Chart): string {
  const told = series.map(({ name, values }) => {
    const most = max(values) ?? 0;
    const at = categories[values.indexOf(most)];
    return most === 0 ? `${name}: none.` : `${name}: at most ${String(most)} (${at ?? ""}).`;
  });
  return told.join(" ");
}

const SHAPES = [
  null,
  <path key="lines" d="M-2 2 2-2M0 8 8 0M6 10 10 6" />,
  <circle key="dots" cx="4" cy="4" r="1.6" />,
  <path key="cross" d="M0 4h8M4 0v8" />,
  <path key="bars" d="M1 0v8M5 0v8" />,
];

function Patterns({ id }: { readonly id: string }) {
  return (
    <defs>
      {SHAPES.map((shape, key) => (
        <pattern
          key={key}
          id={`${id}-p${String(key)}`}
          class={"pattern-" + String(key)}
          width="8"
          height="8"
          patternUnits="userSpaceOnUse"
        >
          <rect width="8" height="8" />
          {shape}
        </pattern>
      ))}
    </defs>
  );
}

function Legend({ id, series }: Pick<Chart, "id" | "series">) {
  return (
    <ul class="legend">
      {series.map(({ name }, key) => (
        <li key={name}>
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <rect width="16" height="16" fill={`url(#${id}-p${String(key)})`} />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}

function Numbers({ title, categories, categoriesAre, series }: Chart) {
  return (
    <details class="numbers">
      <summary>The numbers as a table</summary>
      <ListTable label={"Numbers: " + title} heads={[categoriesAre, ...series.map(({ name }) => name)]}>
        {categories.map((category, index) => (
          <tr key={category}>
            <th scope="row">{category}</th>
            {series.map(({ name, values }) => (
              <td key={name}>{String(values[index] ?? 0)}</td>
            ))}
          </tr>
        ))}
      </ListTable>
    </details>
  );
}
