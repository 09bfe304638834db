/** Shares that add up to one, stacked over time. */

import { useState } from "preact/hooks";
import type { Numbers } from "../api";
import { day, percent, yearOf } from "../numbers";
import type { Table } from "../parts/download";
import { t } from "../words";

export interface Layer {
  name: string;
  colour: string;
  values: Numbers;
}

interface Props {
  months: readonly string[];
  layers: readonly Layer[];
  label: string;
  width?: number;
  height?: number;
  now?: string;
}

const LEFT = 30;
const BOTTOM = 20;
const TOP = 6;

export function areasTable(months: readonly string[], layers: readonly Layer[]): Table {
  return {
    columns: [t("month"), ...layers.map((layer) => `${layer.name}, %`)],
    rows: months.map((month, at) => [
      month,
      ...layers.map((layer) => {
        const value = layer.values[at];
        return value === null || value === undefined ? null : 100 * value;
      }),
    ]),
  };
}

export function Areas({ months, layers, label, width = 340, height = 190, now }: Props) {
  const [at, setAt] = useState<number>();
  const first = yearOf(months[0] ?? "2025-01");
  const last = yearOf(months[months.length - 1] ?? "2035-12");
  const x = (month: string): number => LEFT + ((width - LEFT - 4) * (yearOf(month) - first)) / (last - first || 1);
  const y = (share: number): number => TOP + (height - TOP - BOTTOM) * (1 - share);
  const base = months.map(() => 0);
  const shapes = layers.map((layer) => {
    const under = [...base];
    layer.values.forEach((value, index) => {
      base[index] = (base[index] ?? 0) + (value ?? 0);
    });
    const point = (index: number, share: number | undefined): string => `${x(months[index] ?? "").toFixed(1)},${y(share ?? 0).toFixed(1)}`;
    const upper = base.map((share, index) => point(index, share));
    const lower = under.map((share, index) => point(index, share)).reverse();
    return { ...layer, d: `M${upper.join("L")}L${lower.join("L")}Z` };
  });
  const years: number[] = [];
  const every = width < 300 ? 4 : 2;
  for (let year = Math.ceil(first); year <= last; year += 1) if (year % every === 0) years.push(year);
  const seek = (event: MouseEvent): void => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    const share = (((event.clientX - box.left) / box.width) * width - LEFT) / (width - LEFT - 4);
    setAt(Math.max(0, Math.min(months.length - 1, Math.round(share * (months.length - 1)))));
  };
  const month = at === undefined ? undefined : months[at];
  return (
    <>
      <svg class="chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label} onMouseMove={seek} onMouseLeave={() => setAt(undefined)}>
        {shapes.map((shape) => (
          <path key={shape.name} class="area" d={shape.d} fill={`var(--${shape.colour})`} />
        ))}
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line class={share === 0.5 ? "over" : "grid"} x1={LEFT} x2={width - 4} y1={y(share)} y2={y(share)} />
            <text class="tick" x={LEFT - 5} y={y(share) + 4} text-anchor="end">
              {share * 100}
            </text>
          </g>
        ))}
        {years.map((year) => (
          <text key={year} class="tick" x={x(`${year}-01`)} y={height - 4} text-anchor="middle">
            {year}
          </text>
        ))}
        {now && yearOf(now) > first && <line class="now" x1={x(now)} x2={x(now)} y1={TOP} y2={height - BOTTOM} />}
        {month && <line class="seek" x1={x(month)} x2={x(month)} y1={TOP} y2={height - BOTTOM} />}
      </svg>
      <p class="readout" aria-hidden="true">
        {month && at !== undefined
          ? `${day(month)}: ${layers
              .map((layer) => ({ name: layer.name, value: layer.values[at] ?? 0 }))
              .filter((layer) => layer.value >= 0.01)
              .sort((a, b) => b.value - a.value)
              .slice(0, 5)
              .map((layer) => `${layer.name} ${percent(layer.value)}`)
              .join(" · ")}`
          : "\u00a0"}
      </p>
    </>
  );
}

export function AreasKey({ layers }: { layers: readonly { name: string; colour: string }[] }) {
  return (
    <ul class="key">
      {layers.map((layer) => (
        <li key={layer.name}>
          <span class="swatch" style={{ background: `var(--${layer.colour})` }} /> {layer.name}
        </li>
      ))}
    </ul>
  );
}
