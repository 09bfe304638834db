/** The frame of every chart: title, what it shows, the picture, the same as a table, and the files to take away. */

import type { ComponentChildren } from "preact";
import { useContext, useRef, useState } from "preact/hooks";
import { fixed } from "../numbers";
import { t } from "../words";
import { Origin } from "./context";
import { saveDrawing, savePicture, saveTable, type Table } from "./download";

interface Props {
  name: string;
  title: string;
  caption?: ComponentChildren;
  /** Asked for only when the table is shown or saved: while a slider moves nobody reads it. */
  table: () => Table;
  digits?: number;
  small?: boolean;
  children: ComponentChildren;
}

export function DataTable({ table, label, digits = 1 }: { table: Table; label: string; digits?: number }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t("table_of", { title: label })}>
      <table class="data">
        <thead>
          <tr>
            {table.columns.map((column, index) => (
              <th key={column} scope="col" class={index > 0 && typeof table.rows[0]?.[index] !== "string" ? "n" : ""}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {row.map((value, column) =>
                column === 0 ? (
                  <th key={column} scope="row">
                    {value}
                  </th>
                ) : (
                  <td key={column} class={typeof value === "string" ? "" : "n"}>
                    {typeof value === "string" ? value : fixed(value, digits)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Figure({ name, title, caption, table, digits, small, children }: Props) {
  const [open, setOpen] = useState(false);
  const picture = useRef<HTMLDivElement>(null);
  const remarks = useContext(Origin);
  const takePicture = (): void => {
    const canvas = picture.current?.querySelector("canvas");
    const drawing = picture.current?.querySelector<SVGSVGElement>("svg.chart");
    if (canvas) savePicture(name, canvas, title, remarks);
    else if (drawing) saveDrawing(name, drawing, title, remarks);
  };
  const Title = small ? "h3" : "h2";
  const toggle = open ? t("hide_table") : t("view_table");
  return (
    <figure class={small ? "figure small" : "figure"} id={`figure-${name}`} aria-label={title}>
      <Title>{title}</Title>
      {caption && <p class="caption">{caption}</p>}
      <div ref={picture} class="picture">
        {children}
      </div>
      <div class="tools">
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} aria-label={`${toggle}: ${title}`}>
          {toggle}
        </button>
        <button type="button" data-download="csv" onClick={() => saveTable(name, table(), [title, ...remarks])} aria-label={`${t("download_csv")}: ${title}`}>
          CSV
        </button>
        <button type="button" data-download="picture" class="takes-picture" onClick={takePicture} aria-label={`${t("download_picture")}: ${title}`}>
          {t("picture")}
        </button>
      </div>
      {open && <DataTable table={table()} label={title} {...(digits === undefined ? {} : { digits })} />}
    </figure>
  );
}
