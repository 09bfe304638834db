/** Rows of bars: parts that add up (what made a programme late), and effects to either side of nought (a tornado). */

import { fixed, short } from "../numbers";

export interface Part {
  name: string;
  colour: string;
  value: number;
}

interface StackedProps {
  rows: readonly { name: string; parts: readonly Part[] }[];
  unit: string;
  label: string;
  wide: boolean;
}

const ROW = 26;
const TOP = 22;

function steps(low: number, high: number): number[] {
  const span = high - low || 1;
  const rough = span / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const found: number[] = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step / 1e6; value += step) found.push(Number(value.toPrecision(6)));
  return found;
}

export function StackedBars({ rows, unit, label, wide }: StackedProps) {
  const width = wide ? 820 : 360;
  const left = wide ? 170 : 118;
  const right = 40;
  const most = Math.max(1, ...rows.map((row) => row.parts.reduce((sum, part) => sum + part.value, 0)));
  const x = (value: number): number => left + ((width - left - right) * value) / most;
  const height = TOP + rows.length * ROW + 4;
  return (
    <svg class="chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {steps(0, most).map((value) => (
        <g key={value}>
          <line class="grid" x1={x(value)} x2={x(value)} y1={TOP - 4} y2={height} />
          <text class="tick" x={x(value)} y={12} text-anchor="middle">
            {value === 0 ? `0 ${unit}` : fixed(value)}
          </text>
        </g>
      ))}
      {rows.map((row, index) => {
        let reached = 0;
        const y = TOP + index * ROW;
        const total = row.parts.reduce((sum, part) => sum + part.value, 0);
        return (
          <g key={row.name}>
            <text x={left - 8} y={y + 16} text-anchor="end" class="row">
              {row.name.length > (wide ? 26 : 17) ? `${row.name.slice(0, wide ? 25 : 16)}…` : row.name}
            </text>
            {row.parts.map((part) => {
              const start = reached;
              reached += part.value;
              return (
                <rect key={part.name} x={x(start)} y={y + 3} width={Math.max(0, x(reached) - x(start))} height={ROW - 9} fill={`var(--${part.colour})`} class="part">
                  <title>{`${row.name}: ${part.name} ${short(part.value)} ${unit}`}</title>
                </rect>
              );
            })}
            <text x={x(total) + 6} y={y + 16} class="value">
              {short(total)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

interface TornadoProps {
  rows: readonly { name: string; value: number; low: number | null; high: number | null }[];
  unit: string;
  digits: number;
  label: string;
  wide: boolean;
}

export function Tornado({ rows, unit, digits, label, wide }: TornadoProps) {
  const width = wide ? 820 : 360;
  const left = wide ? 230 : 120;
  const right = 62;
  const low = Math.min(0, ...rows.map((row) => Math.min(row.value, row.low ?? row.value)));
  const high = Math.max(0, ...rows.map((row) => Math.max(row.value, row.high ?? row.value)));
  const span = high - low || 1;
  const x = (value: number): number => left + ((width - left - right) * (value - low)) / span;
  const height = TOP + rows.length * ROW + 4;
  const cut = wide ? 34 : 17;
  return (
    <svg class="chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {steps(low, high).map((value) => (
        <g key={value}>
          <line class={value === 0 ? "base" : "grid"} x1={x(value)} x2={x(value)} y1={TOP - 4} y2={height} />
          <text class="tick" x={x(value)} y={12} text-anchor="middle">
            {value === 0 ? `0 ${unit}` : fixed(value, digits)}
          </text>
        </g>
      ))}
      {rows.map((row, index) => {
        const y = TOP + index * ROW;
        const start = Math.min(x(0), x(row.value));
        return (
          <g key={row.name}>
            <text x={left - 8} y={y + 16} text-anchor="end" class="row">
              {row.name.length > cut ? `${row.name.slice(0, cut - 1)}…` : row.name}
            </text>
            {row.low !== null && row.high !== null && <line class="range-line" x1={x(row.low)} x2={x(row.high)} y1={y + 11.5} y2={y + 11.5} />}
            <rect class={row.value < 0 ? "against" : "towards"} x={start} y={y + 6} width={Math.max(1, Math.abs(x(row.value) - x(0)))} height={11} />
            <text x={width - 4} y={y + 16} text-anchor="end" class="value">
              {row.value > 0 ? "+" : ""}
              {fixed(row.value, digits)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
