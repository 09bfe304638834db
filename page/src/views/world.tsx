/** Who stands where: shares of the blocs in each layer, and what class of world that makes. */

import type { Outcomes } from "../api";
import { Areas, AreasKey, areasTable, type Layer } from "../charts/areas";
import { FanChart, FanKey, fanTable } from "../charts/fan";
import { percent } from "../numbers";
import { Figure } from "../parts/figure";
import { useWide } from "../parts/wide";
import { t, word } from "../words";

const LAYERS = ["compute_share_location", "compute_share_owner", "model_share", "application_share", "rules_share"] as const;
const BLOCS = ["US", "China", "EU", "allies", "Gulf", "India", "rest"] as const;
const BLOC_COLOURS: Record<string, string> = { US: "c2", China: "c6", EU: "c5", allies: "c4", Gulf: "c3", India: "c1", rest: "kind8" };
const CLASSES = ["unipolar", "primacy", "bipolar", "limited_multipolar", "fragmented"] as const;
const CLASS_COLOURS: Record<string, string> = { unipolar: "c2", primacy: "c4", bipolar: "c3", limited_multipolar: "c5", fragmented: "c1" };
const LINES = ["token_share:us_closed", "token_share:china_open", "capability_lag_months:china_open", "poles:compute"] as const;

export const WORLD_SERIES = [
  "energised_facility_mw:all named",
  "energised_facility_mw:US",
  ...LAYERS.flatMap((layer) => BLOCS.map((bloc) => `${layer}:${bloc}`)),
  ...LINES,
];

export function WorldView({ outcomes }: { outcomes: Outcomes | null }) {
  const wide = useWide();
  if (!outcomes) return <h1>{t("view.world")}</h1>;
  const now = outcomes.months[outcomes.as_of_month];
  const blocs = BLOCS.map((bloc) => ({ name: word("bloc", bloc), colour: BLOC_COLOURS[bloc] ?? "c8" }));
  const layersOf = (layer: string): Layer[] =>
    BLOCS.flatMap((bloc) => {
      const path = outcomes.paths[`${layer}:${bloc}`];
      return path ? [{ name: word("bloc", bloc), colour: BLOC_COLOURS[bloc] ?? "c8", values: path.mean }] : [];
    });
  const shares = outcomes.classes?.shares;
  const classes: Layer[] = shares
    ? CLASSES.flatMap((name) => (shares[name] ? [{ name: word("class", name), colour: CLASS_COLOURS[name] ?? "c8", values: shares[name] }] : []))
    : [];
  const atEnd = (layers: readonly Layer[]): string => layers.map((layer) => `${layer.name} ${percent(layer.values[layer.values.length - 1])}`).join(t("list_comma"));
  const hasLayers = LAYERS.some((layer) => layersOf(layer).length > 0);
  if (!outcomes.classes && !hasLayers)
    return (
      <>
        <h1>{t("view.world")}</h1>
        <p class="wait">{t("loading")}</p>
      </>
    );
  return (
    <>
      <h1>{t("view.world")}</h1>
      {outcomes.classes && (
        <Figure name="classes" title={t("classes_title")} caption={t("classes_caption")} table={() => areasTable(outcomes.classes?.months ?? [], classes)}>
          <AreasKey layers={classes} />
          <Areas months={outcomes.classes.months} layers={classes} label={`${t("classes_title")}. ${atEnd(classes)}`} width={wide ? 820 : 360} height={wide ? 250 : 210} />
          <dl class="glossary">
            {CLASSES.map((name) => (
              <div key={name}>
                <dt>{word("class", name)}</dt>
                <dd>{word("class_means", name)}</dd>
              </div>
            ))}
          </dl>
        </Figure>
      )}
      {hasLayers && (
        <section class="block" aria-labelledby="layers">
          <h2 class="title" id="layers">{t("layers_title")}</h2>
          <p class="caption">{t("layers_caption")}</p>
          <AreasKey layers={blocs} />
          <div class="multiples">
            {LAYERS.map((layer) => {
              const layers = layersOf(layer);
              if (layers.length === 0) return null;
              return (
                <Figure key={layer} small name={layer} title={word("quantity", layer)} table={() => areasTable(outcomes.months, layers)}>
                  <Areas months={outcomes.months} layers={layers} label={`${word("quantity", layer)}. ${atEnd(layers)}`} width={280} height={170} {...(now ? { now } : {})} />
                </Figure>
              );
            })}
          </div>
        </section>
      )}
      {hasLayers && (
        <section class="block" aria-labelledby="lines">
          <h2 class="title" id="lines">{t("lines_title")}</h2>
          <FanKey pledged={false} />
          <div class="multiples">
            {LINES.map((name) => {
              const path = outcomes.paths[name];
              if (!path) return null;
              const scale = name.startsWith("poles") ? { factor: 1, unit: t("unit.poles") } : undefined;
              return (
                <Figure key={name} small name={name.replace(":", "-")} title={word("line", name)} table={() => fanTable(outcomes.months, path, null, scale)}>
                  <FanChart months={outcomes.months} fan={path} now={outcomes.as_of_month} height={150} label={word("line", name)} {...(scale ? { scale } : {})} />
                </Figure>
              );
            })}
          </div>
        </section>
      )}
    </>
  );
}
