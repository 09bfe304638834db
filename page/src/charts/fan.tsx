/** Median and two bands over time, on a canvas; with what was promised, where there is such a line. */

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useContext, useEffect, useRef } from "preact/hooks";
import type { Fan, Numbers } from "../api";
import { day, fixed, NOTHING, scaleOf, short, yearOf, type Scale } from "../numbers";
import { colour, Shade } from "../parts/context";
import type { Table } from "../parts/download";
import { t } from "../words";

interface Props {
  months: readonly string[];
  fan: Fan;
  pledged?: Numbers | null;
  now: number;
  height: number;
  label: string;
  /** Where the unit of the series is not what the numbers count. */
  scale?: Scale;
  /** A difference has no floor at nought. */
  signed?: boolean;
}

type Column = (number | null)[];

const SHARES = ["p95", "p75", "p50", "p25", "p05"] as const;

export function fanTable(months: readonly string[], fan: Fan, pledged: Numbers | null | undefined, scale?: Scale): Table {
  const { factor, unit } = scale ?? scaleOf(fan.unit);
  const columns = [t("month"), ...(["p05", "p25", "p50", "p75", "p95", "mean"] as const).map((share) => `${t(`share.${share}`)}, ${unit}`)];
  const scaled = (value: number | null | undefined): number | null => (value === null || value === undefined ? null : value / factor);
  const rows = months.map((month, at) => {
    const row: (string | number | null)[] = [month];
    for (const share of ["p05", "p25", "p50", "p75", "p95", "mean"] as const) row.push(scaled(fan[share][at]));
    if (pledged) row.push(scaled(pledged[at]));
    return row;
  });
  return { columns: pledged ? [...columns, `${t("pledged")}, ${unit}`] : columns, rows };
}

export function fanLabel(months: readonly string[], fan: Fan, scale?: Scale): string {
  const last = months.length - 1;
  const { factor, unit } = scale ?? scaleOf(fan.unit);
  const at = (values: Numbers): string => {
    const value = values[last];
    return value === null || value === undefined ? NOTHING : short(value / factor);
  };
  return t("fan_label", { month: day(months[last]), median: at(fan.p50), low: at(fan.p05), high: at(fan.p95), unit });
}

export function FanChart({ months, fan, pledged, now, height, label, signed, scale }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLParagraphElement>(null);
  const plot = useRef<uPlot | null>(null);
  const theme = useContext(Shade);
  const { factor, unit } = scale ?? scaleOf(fan.unit);
  const scaled = (values: Numbers): Column => values.map((value) => (value === null ? null : value / factor));
  const data = [months.map(yearOf), ...SHARES.map((share) => scaled(fan[share])), ...(pledged ? [scaled(pledged)] : [])] as uPlot.AlignedData;
  const latest = useRef({ months, data, now });
  latest.current = { months, data, now };

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const font = `12px ${colour("sans")}`;
    const axis = { stroke: colour("soft"), font, grid: { stroke: colour("grid"), width: 1 }, ticks: { show: false } };
    const line = (stroke: string, width: number): uPlot.Series => ({ stroke, width, points: { show: false } });
    const series: uPlot.Series[] = [
      {},
      line("transparent", 0),
      line("transparent", 0),
      line(colour("blue"), 2),
      line("transparent", 0),
      line("transparent", 0),
    ];
    if (pledged) {
      const stepped = uPlot.paths.stepped?.({ align: 1 });
      series.push({ ...line(colour("orange"), 1.5), dash: [5, 3], ...(stepped ? { paths: stepped } : {}) });
    }
    const drawNow = (u: uPlot): void => {
      const month = latest.current.months[latest.current.now];
      if (!month) return;
      const x = Math.round(u.valToPos(yearOf(month), "x", true)) + 0.5;
      u.ctx.save();
      u.ctx.strokeStyle = colour("soft");
      u.ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
      u.ctx.lineWidth = devicePixelRatio;
      u.ctx.beginPath();
      u.ctx.moveTo(x, u.bbox.top);
      u.ctx.lineTo(x, u.bbox.top + u.bbox.height);
      u.ctx.stroke();
      u.ctx.restore();
    };
    const tell = (u: uPlot): void => {
      const place = readout.current;
      if (!place) return;
      const at = u.cursor.idx;
      if (at === null || at === undefined) {
        place.textContent = "";
        return;
      }
      const value = (row: number): string => {
        const found = u.data[row]?.[at];
        return typeof found === "number" ? short(found) : NOTHING;
      };
      const text = { month: day(latest.current.months[at]), low: value(5), quarter: value(4), median: value(3), three: value(2), high: value(1), unit };
      place.textContent = u.data[6] ? `${t("readout", text)} · ${t("pledged")} ${value(6)}` : t("readout", text);
    };
    const options: uPlot.Options = {
      width: Math.max(200, element.clientWidth),
      height,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: false },
        y: { range: (_u, low, high) => (signed ? uPlot.rangeNum(low, high, 0.1, true) : [0, (high || 1) * 1.06]) },
      },
      axes: [
        { ...axis, incrs: [1, 2, 5, 10], space: 46, size: 24, gap: 4, grid: { show: false }, values: (_u, years) => years.map((year) => String(year)) },
        {
          ...axis,
          size: 46,
          gap: 6,
          space: height > 200 ? 34 : 24,
          values: (_u, values) => {
            const step = Math.abs((values[1] ?? 1) - (values[0] ?? 0));
            return values.map((value) => fixed(value, step >= 1 ? 0 : step >= 0.1 ? 1 : 2));
          },
        },
      ],
      series,
      bands: [
        { series: [1, 5], fill: colour("band90") },
        { series: [2, 4], fill: colour("band50") },
      ],
      hooks: { draw: [drawNow], setCursor: [tell] },
    };
    const made = new uPlot(options, latest.current.data, element);
    plot.current = made;
    const watch = new ResizeObserver(() => {
      const width = Math.max(200, element.clientWidth);
      if (width !== made.width) made.setSize({ width, height });
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [theme, height, unit, signed, pledged ? 1 : 0]);

  useEffect(() => {
    const standing = plot.current;
    if (!standing) return;
    standing.setData(latest.current.data);
    standing.root.dataset["painted"] = String(performance.now());
  }, [fan, pledged, months]);

  return (
    <div class="fan">
      <p class="axis-unit" aria-hidden="true">
        {unit} <span ref={readout} class="readout" />
      </p>
      <div ref={host} class="plot" role="img" aria-label={`${label}. ${fanLabel(months, fan, scale)}`} />
    </div>
  );
}

export function FanKey({ pledged }: { pledged: boolean }) {
  return (
    <ul class="key">
      <li>
        <span class="swatch line median" /> {t("key.median")}
      </li>
      <li>
        <span class="swatch band50" /> {t("key.half")}
      </li>
      <li>
        <span class="swatch band90" /> {t("key.ninety")}
      </li>
      {pledged && (
        <li>
          <span class="swatch line level" /> {t("key.pledged")}
        </li>
      )}
      <li>
        <span class="swatch line now" /> {t("key.now")}
      </li>
    </ul>
  );
}
