/** The United States on a canvas: sites by how far they are, and what each transmission bus can still carry. */

import { geoAlbersUsa, geoPath } from "d3-geo";
import { useCallback, useContext, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import atlas from "us-atlas/states-albers-10m.json";
import { get, pause, type Bus, type Hosting, type Site } from "../api";
import type { Change } from "../app";
import { day, fixed, mw, percent } from "../numbers";
import { colour, Shade } from "../parts/context";
import { Figure } from "../parts/figure";
import { Grade } from "../parts/levers";
import type { State } from "../state";
import { t, word } from "../words";

export interface MapProps {
  state: State;
  change: Change;
}

const WIDTH = 975;
const HEIGHT = 610;
// The scale and shift with which the boundaries of us-atlas were projected.
const PROJECTION = geoAlbersUsa().scale(1300).translate([WIDTH / 2, HEIGHT / 2]);
const CLASSES_MW = [0, 50, 200, 500, 1000, 2000] as const;
const CLASS_COLOURS = ["bus0", "bus1", "bus2", "bus3", "bus4", "bus5"] as const;
const NEAR_PX = 14;
const LISTED = 40;
const MOST_ZOOM = 24;
const PAN_PX = 60;

interface Dot {
  x: number;
  y: number;
}
interface Placed extends Dot {
  site: Site;
}
interface Buses {
  x: Float32Array;
  y: Float32Array;
  group: Uint8Array;
}
interface Camera {
  scale: number;
  x: number;
  y: number;
}

const topology = atlas as unknown as Topology<{ states: GeometryCollection; nation: GeometryCollection }>;
const path = geoPath();
const STATES = new Path2D(path(mesh(topology, topology.objects.states, (a, b) => a !== b)) ?? "");
const NATION = new Path2D(path(feature(topology, topology.objects.nation)) ?? "");

const groupOf = (capacity: number | null | undefined): number => {
  if (capacity === null || capacity === undefined) return CLASSES_MW.length;
  let found = 0;
  CLASSES_MW.forEach((least, index) => {
    if (capacity >= least) found = index;
  });
  return found;
};

/** Area goes with megawatts. */
const radius = (site: Site): number => 3 + Math.sqrt(Math.max(0, site.planned_facility_mw ?? site.energised_facility_mw ?? 0)) / 7;

const whole: Camera = { scale: 1, x: 0, y: 0 };

function held(camera: Camera): Camera {
  const scale = Math.min(MOST_ZOOM, Math.max(1, camera.scale));
  return { scale, x: Math.min(0, Math.max(WIDTH * (1 - scale), camera.x)), y: Math.min(0, Math.max(HEIGHT * (1 - scale), camera.y)) };
}

function useHosting(): { hosting: Hosting | null; trouble: string } {
  const [hosting, setHosting] = useState<Hosting | null>(null);
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    const control = new AbortController();
    void (async () => {
      while (!control.signal.aborted) {
        try {
          const answer = await get<Hosting>("api/hosting", control.signal);
          if (answer.state === "ready") {
            setHosting(answer);
            return;
          }
        } catch (error) {
          if (!control.signal.aborted) setTrouble(error instanceof Error ? error.message : String(error));
          return;
        }
        await pause(1000);
      }
    })();
    return () => control.abort();
  }, []);
  return { hosting, trouble };
}

function SiteDetail({ site }: { site: Site }) {
  return (
    <div>
      <h3 lang="en">{site.name}</h3>
      <p class="meta">
        {[site.programme, site.operator, [site.city, site.state].filter(Boolean).join(", ")].filter(Boolean).join(" · ")}
      </p>
      <dl class="facts">
        <dt>{t("state_column")}</dt>
        <dd>{word("site_state", site.status)}</dd>
        <dt>{t("energised_facility")}</dt>
        <dd>{mw(site.energised_facility_mw)}</dd>
        <dt>{t("energised_it")}</dt>
        <dd>{mw(site.energised_it_mw)}</dd>
        <dt>{t("planned_facility")}</dt>
        <dd>{mw(site.planned_facility_mw)}</dd>
        <dt>{t("construction_start")}</dt>
        <dd>{day(site.construction_start)}</dd>
        <dt>{t("first_power")}</dt>
        <dd>{day(site.first_power)}</dd>
      </dl>
      {site.observation && (
        <p>
          <span class="meta">{day(site.observation_at)}</span> <span lang="en">{site.observation}</span>
        </p>
      )}
      <p class="meta">
        {t("source")}
        {t("colon")}
        {site.address ? (
          <a href={site.address} target="_blank" rel="noreferrer noopener" lang="en">
            {site.source}
          </a>
        ) : (
          <span lang="en">{site.source}</span>
        )}{" "}
        <Grade grade={site.grade} />
      </p>
    </div>
  );
}

function BusDetail({ id }: { id: number }) {
  const [bus, setBus] = useState<Bus | null>(null);
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    const control = new AbortController();
    setBus(null);
    setTrouble("");
    void (async () => {
      while (!control.signal.aborted) {
        try {
          const answer = await get<Bus | { state: "working" }>(`api/hosting/${id}`, control.signal);
          if ("next" in answer) return setBus(answer);
        } catch (error) {
          if (!control.signal.aborted) setTrouble(error instanceof Error ? error.message : String(error));
          return;
        }
        await pause(1000);
      }
    })();
    return () => control.abort();
  }, [id]);
  if (trouble) return <p class="notice bad">{trouble}</p>;
  if (!bus) return <p class="wait">{t("loading")}</p>;
  return (
    <div>
      <h3>
        {t("bus")} {bus.bus} <span class="meta" lang="en">{bus.name}</span>
      </h3>
      <p class="meta">
        {fixed(bus.kv)} kV · {bus.state}
      </p>
      <dl class="facts">
        <dt>{t("n1")}</dt>
        <dd>
          <b>{mw(bus.n1_mw)}</b>
        </dd>
        <dt>{t("n0")}</dt>
        <dd>{mw(bus.n0_mw)}</dd>
        {bus.n1_radial_mw !== null && bus.radial_by !== null && (
          <>
            <dt>{t("radial")}</dt>
            <dd>
              {mw(bus.n1_radial_mw)} <span class="meta" lang="en">{bus.radial_by}</span>
            </dd>
          </>
        )}
      </dl>
      {bus.binds ? (
        <>
          <h4>{t("bus_binds")}</h4>
          <p>
            <span lang="en">{bus.binds.element}</span>
            {bus.binds.outage && (
              <>
                {" "}
                {t("when_out")} <span lang="en">{bus.binds.outage}</span>
              </>
            )}
            {t("full_stop")} <span class="meta">{t("bus_flow", { factor: percent(bus.binds.factor), flow: mw(bus.binds.flow_mw), limit: mw(bus.binds.limit_mw) })}</span>
          </p>
        </>
      ) : (
        <p>{t("bus_free")}</p>
      )}
      {bus.next.length > 0 && (
        <>
          <h4>{t("bus_next")}</h4>
          <ol class="records">
            {bus.next.map((one, index) => (
              <li key={index}>
                <b>{mw(one.mw)}</b> <span lang="en">{one.element}</span>
                {one.outage && (
                  <span class="meta">
                    {" "}
                    {t("when_out")} <span lang="en">{one.outage}</span>
                  </span>
                )}
              </li>
            ))}
          </ol>
        </>
      )}
      <p class="meta" lang="en">
        {bus.rule}
      </p>
    </div>
  );
}

export function MapView({ state, change }: MapProps) {
  const theme = useContext(Shade);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [sites, setSites] = useState<readonly Site[]>([]);
  const [camera, setCamera] = useState<Camera>(whole);
  const [showBuses, setShowBuses] = useState(true);
  const [search, setSearch] = useState("");
  const [least, setLeast] = useState("");
  const { hosting, trouble } = useHosting();
  const leastKv = Number(state.kv) || 0;

  useEffect(() => {
    const control = new AbortController();
    get<{ sites: readonly Site[] }>("api/sites", control.signal).then((answer) => setSites(answer.sites), () => undefined);
    return () => control.abort();
  }, []);

  const placed = useMemo<Placed[]>(
    () =>
      sites
        .flatMap((site) => {
          const at = PROJECTION([site.lon, site.lat]);
          return at && (site.country === "US" || site.country === "") ? [{ site, x: at[0], y: at[1] }] : [];
        })
        .sort((a, b) => radius(b.site) - radius(a.site)),
    [sites],
  );
  const buses = useMemo<Buses | null>(() => {
    if (!hosting) return null;
    const { lat, lon, n1_mw: capacity } = hosting.columns;
    const x = new Float32Array(lat.length);
    const y = new Float32Array(lat.length);
    const group = new Uint8Array(lat.length);
    for (let row = 0; row < lat.length; row += 1) {
      const at = PROJECTION([lon[row] ?? 0, lat[row] ?? 0]);
      x[row] = at?.[0] ?? Number.NaN;
      y[row] = at?.[1] ?? Number.NaN;
      group[row] = groupOf(capacity[row]);
    }
    return { x, y, group };
  }, [hosting]);
  const kvOf = useCallback((row: number): number => hosting?.voltages_kv[hosting.columns.kv[row] ?? 0] ?? 0, [hosting]);
  const busRow = useMemo(() => {
    const id = /^bus-(\d+)$/.exec(state.subject)?.[1];
    return id && hosting ? hosting.columns.bus.indexOf(Number(id)) : -1;
  }, [state.subject, hosting]);

  useEffect(() => {
    const element = canvas.current;
    const brush = element?.getContext("2d");
    if (!element || !brush) return;
    const ratio = devicePixelRatio || 1;
    const draw = (): void => {
      const wide = Math.max(1, element.clientWidth);
      element.width = Math.round(wide * ratio);
      element.height = Math.round(((wide * HEIGHT) / WIDTH) * ratio);
      const unit = element.width / WIDTH;
      brush.setTransform(unit * camera.scale, 0, 0, unit * camera.scale, unit * camera.x, unit * camera.y);
      const pixel = 1 / (unit * camera.scale);
      brush.fillStyle = colour("paper");
      brush.clearRect(-WIDTH, -HEIGHT, 3 * WIDTH, 3 * HEIGHT);
      brush.fillStyle = colour("land");
      brush.fill(NATION);
      brush.strokeStyle = colour("rule");
      brush.lineWidth = ratio * pixel;
      brush.stroke(STATES);
      brush.strokeStyle = colour("faint");
      brush.stroke(NATION);
      if (buses && showBuses) {
        const size = ratio * pixel * Math.min(5, 1.5 + Math.log2(camera.scale + 1) * 0.7);
        // Room is what is looked for: buses with more of it are drawn over those with less.
        for (const group of [CLASSES_MW.length, ...CLASSES_MW.keys()]) {
          brush.fillStyle = colour((CLASS_COLOURS as readonly string[])[group] ?? "faint");
          for (let row = 0; row < buses.x.length; row += 1) {
            const x = buses.x[row] ?? Number.NaN;
            if (buses.group[row] !== group || Number.isNaN(x) || kvOf(row) < leastKv) continue;
            brush.fillRect(x - size / 2, (buses.y[row] ?? 0) - size / 2, size, size);
          }
        }
      }
      for (const one of placed) {
        brush.beginPath();
        brush.arc(one.x, one.y, radius(one.site) * pixel * ratio, 0, 2 * Math.PI);
        const chosen = state.subject === `site-${one.site.site_id}`;
        if (one.site.status !== "pledged") {
          brush.fillStyle = colour(one.site.status === "energised" ? "site-on" : "site-way");
          brush.fill();
        } else {
          brush.fillStyle = colour("site-said");
          brush.fill();
        }
        brush.strokeStyle = colour(chosen ? "ink" : one.site.status === "pledged" ? "orange" : "paper");
        brush.lineWidth = (chosen ? 3 : 1.2) * ratio * pixel;
        brush.stroke();
      }
      if (busRow >= 0 && buses) {
        brush.beginPath();
        brush.arc(buses.x[busRow] ?? 0, buses.y[busRow] ?? 0, 8 * ratio * pixel, 0, 2 * Math.PI);
        brush.strokeStyle = colour("ink");
        brush.lineWidth = 2.5 * ratio * pixel;
        brush.stroke();
      }
      element.dataset["painted"] = buses ? String(buses.x.length) : "0";
    };
    draw();
    const watch = new ResizeObserver(draw);
    watch.observe(element);
    return () => watch.disconnect();
  }, [camera, buses, placed, showBuses, leastKv, theme, state.subject, busRow, kvOf]);

  const pick = (clientX: number, clientY: number): void => {
    const element = canvas.current;
    if (!element) return;
    const box = element.getBoundingClientRect();
    const unit = box.width / WIDTH;
    const x = ((clientX - box.left) / unit - camera.x) / camera.scale;
    const y = ((clientY - box.top) / unit - camera.y) / camera.scale;
    const reach = NEAR_PX / (unit * camera.scale);
    let nearest = "";
    let best = reach;
    for (const one of placed) {
      const off = Math.hypot(one.x - x, one.y - y);
      if (off < Math.min(best, (radius(one.site) + 3) / (unit * camera.scale))) {
        best = off;
        nearest = `site-${one.site.site_id}`;
      }
    }
    if (!nearest && buses && hosting && showBuses) {
      for (let row = 0; row < buses.x.length; row += 1) {
        const off = Math.hypot((buses.x[row] ?? Number.NaN) - x, (buses.y[row] ?? 0) - y);
        if (off < best && kvOf(row) >= leastKv) {
          best = off;
          nearest = `bus-${hosting.columns.bus[row]}`;
        }
      }
    }
    if (nearest) change({ subject: nearest });
  };
  const zoom = useCallback((factor: number, at: Dot = { x: WIDTH / 2, y: HEIGHT / 2 }): void => {
    setCamera((now) => {
      const scale = Math.min(MOST_ZOOM, Math.max(1, now.scale * factor));
      const grown = scale / now.scale;
      return held({ scale, x: at.x - (at.x - now.x) * grown, y: at.y - (at.y - now.y) * grown });
    });
  }, []);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    let start: { x: number; y: number; moved: boolean } | null = null;
    const unit = (): number => element.getBoundingClientRect().width / WIDTH;
    // Turning the wheel zooms only with Ctrl or Command: without, the page scrolls as everywhere.
    const wheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = element.getBoundingClientRect();
      zoom(event.deltaY < 0 ? 1.25 : 0.8, { x: (event.clientX - box.left) / unit(), y: (event.clientY - box.top) / unit() });
    };
    const down = (event: PointerEvent): void => {
      start = { x: event.clientX, y: event.clientY, moved: false };
    };
    const move = (event: PointerEvent): void => {
      if (!start || event.buttons === 0) return;
      const x = event.clientX - start.x;
      const y = event.clientY - start.y;
      if (!start.moved && Math.hypot(x, y) < 4) return;
      start = { x: event.clientX, y: event.clientY, moved: true };
      setCamera((now) => held({ ...now, x: now.x + x / unit(), y: now.y + y / unit() }));
    };
    const up = (event: PointerEvent): void => {
      if (start && !start.moved) clicked.current(event.clientX, event.clientY);
      start = null;
    };
    element.addEventListener("wheel", wheel, { passive: false });
    element.addEventListener("pointerdown", down);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", up);
    return () => {
      element.removeEventListener("wheel", wheel);
      element.removeEventListener("pointerdown", down);
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", up);
    };
  }, [zoom]);
  const clicked = useRef(pick);
  clicked.current = pick;

  const keys = (event: KeyboardEvent): void => {
    const step: Record<string, [number, number]> = { ArrowLeft: [PAN_PX, 0], ArrowRight: [-PAN_PX, 0], ArrowUp: [0, PAN_PX], ArrowDown: [0, -PAN_PX] };
    const by = step[event.key];
    if (by) setCamera((now) => held({ ...now, x: now.x + by[0], y: now.y + by[1] }));
    else if (event.key === "+" || event.key === "=") zoom(1.5);
    else if (event.key === "-") zoom(1 / 1.5);
    else if (event.key === "0") setCamera(whole);
    else return;
    event.preventDefault();
  };

  const found = useMemo(() => {
    if (!hosting) return [];
    const wanted = search.trim();
    const floor = Number(least) || 0;
    const { bus, n1_mw: capacity } = hosting.columns;
    const rows: number[] = [];
    for (let row = 0; row < bus.length; row += 1) {
      if (kvOf(row) < leastKv) continue;
      if (wanted && !String(bus[row]).startsWith(wanted)) continue;
      if ((capacity[row] ?? Number.POSITIVE_INFINITY) < floor) continue;
      rows.push(row);
    }
    return rows.sort((a, b) => (capacity[b] ?? -1) - (capacity[a] ?? -1));
  }, [hosting, search, least, leastKv, kvOf]);

  const site = sites.find((one) => state.subject === `site-${one.site_id}`);
  const bus = /^bus-(\d+)$/.exec(state.subject)?.[1];
  return (
    <>
      <h1>{t("view.map")}</h1>
      <div class="map-frame">
        <Figure
          name="map"
          title={t("map_title")}
          caption={t("map_caption")}
          digits={0}
          table={() => ({
            columns: [t("site"), t("programme"), t("state_column"), `${t("energised_facility")}, MW`, `${t("planned_facility")}, MW`],
            rows: sites.map((one) => [one.name, one.programme, word("site_state", one.status), one.energised_facility_mw, one.planned_facility_mw]),
          })}
        >
          <div class="picks">
            <label class="check">
              <input type="checkbox" checked={showBuses} onChange={(event) => setShowBuses(event.currentTarget.checked)} /> {t("show_buses")}
            </label>
            <label class="pick">
              <span>{t("least_kv")}</span>
              <select value={state.kv} onChange={(event) => change({ kv: event.currentTarget.value })}>
                {["0", "100", "200", "345", "500"].map((kv) => (
                  <option key={kv} value={kv}>
                    {kv === "0" ? t("all") : `${kv} kV`}
                  </option>
                ))}
              </select>
            </label>
            <span class="zoom">
              <button type="button" onClick={() => zoom(1.5)} aria-label={t("zoom_in")}>+</button>
              <button type="button" onClick={() => zoom(1 / 1.5)} aria-label={t("zoom_out")}>−</button>
              <button type="button" onClick={() => setCamera(whole)}>{t("zoom_whole")}</button>
            </span>
          </div>
          <ul class="key">
            <li><span class="dot site-on" /> {word("site_state", "energised")}</li>
            <li><span class="dot site-way" /> {word("site_state", "under way")}</li>
            <li><span class="dot site-said" /> {word("site_state", "pledged")}</li>
            {CLASSES_MW.map((floor, index) => (
              <li key={floor}>
                <span class="swatch" style={{ background: `var(--${CLASS_COLOURS[index]})` }} />{" "}
                {index === CLASSES_MW.length - 1 ? `≥ ${mw(floor)}` : `${fixed(floor)}–${mw(CLASSES_MW[index + 1])}`}
              </li>
            ))}
          </ul>
          <canvas ref={canvas} class="map" tabIndex={0} role="application" aria-label={t("map_label", { sites: fixed(placed.length), buses: fixed(hosting?.columns.bus.length ?? 0) })} aria-describedby="map-keys" onKeyDown={keys} />
          <p id="map-keys" class="meta">{t("map_keys")}</p>
        </Figure>
        <aside class="detail" aria-live="polite" aria-label={t("chosen")}>
          {site ? <SiteDetail site={site} /> : bus ? <BusDetail id={Number(bus)} /> : <p class="meta">{t("choose_on_map")}</p>}
        </aside>
      </div>
      {!hosting && (
        <p class="wait" role="status">
          {trouble || t("hosting_working")}
        </p>
      )}
      {hosting && (
        <p class="caption">
          <span lang="en">{hosting.notice}</span>{" "}
          <span class="meta" lang="en">
            {hosting.source} {hosting.licence}
          </span>
        </p>
      )}
      <div class="two">
        <section class="block" aria-labelledby="site-list">
          <h2 id="site-list">{t("sites")}</h2>
          <ul class="pick-list" tabIndex={-1}>
            {[...sites]
              .sort((a, b) => (b.planned_facility_mw ?? 0) - (a.planned_facility_mw ?? 0))
              .map((one) => (
                <li key={one.site_id}>
                  <button type="button" aria-pressed={state.subject === `site-${one.site_id}`} onClick={() => change({ subject: `site-${one.site_id}` })}>
                    <span lang="en">{one.name}</span>
                    <span class="meta">
                      {word("site_state", one.status)} · {mw(one.energised_facility_mw)} / {mw(one.planned_facility_mw)}
                    </span>
                  </button>
                </li>
              ))}
          </ul>
        </section>
        {hosting && (
          <section class="block" aria-labelledby="bus-list">
            <h2 id="bus-list">{t("buses")}</h2>
            <div class="picks">
              <label class="pick">
                <span>{t("bus_number")}</span>
                <input type="text" inputMode="numeric" value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
              </label>
              <label class="pick">
                <span>{t("least_mw")}</span>
                <input type="text" inputMode="numeric" value={least} onInput={(event) => setLeast(event.currentTarget.value)} />
              </label>
            </div>
            <p class="meta" role="status">{t("buses_found", { count: fixed(found.length), shown: fixed(Math.min(LISTED, found.length)) })}</p>
            <ul class="pick-list">
              {found.slice(0, LISTED).map((row) => {
                const id = hosting.columns.bus[row];
                return (
                  <li key={id}>
                    <button type="button" aria-pressed={state.subject === `bus-${id}`} onClick={() => change({ subject: `bus-${id}` })}>
                      {t("bus")} {id}
                      <span class="meta">
                        {fixed(kvOf(row))} kV · {mw(hosting.columns.n1_mw[row])}
                      </span>
                    </button>
                  </li>
                );
              })}
            </ul>
          </section>
        )}
      </div>
    </>
  );
}
