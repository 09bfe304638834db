/** Files a reader takes away: numbers with their units and origin, and the picture as it stands. */

export interface Table {
  columns: readonly string[];
  rows: readonly (readonly (string | number | null)[])[];
}

function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

const cell = (value: string | number | null): string => {
  if (value === null) return "";
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Comment lines first: what the numbers are, from which scenario, facts and seed. */
export function saveTable(name: string, table: Table, remarks: readonly string[]): void {
  const lines = [...remarks.map((remark) => `# ${remark}`), table.columns.map(cell).join(",")];
  for (const row of table.rows) lines.push(row.map(cell).join(","));
  // The mark at the start tells spreadsheets that the text is UTF-8.
  save(new Blob(["\ufeff", lines.join("\r\n"), "\r\n"], { type: "text/csv;charset=utf-8" }), `${name}.csv`);
}

export function saveText(name: string, text: string): void {
  save(new Blob([text], { type: "text/plain;charset=utf-8" }), name);
}

const paper = (): CSSStyleDeclaration => getComputedStyle(document.documentElement);

export function savePicture(name: string, canvas: HTMLCanvasElement, title: string, remarks: readonly string[]): void {
  const scale = devicePixelRatio || 1;
  const head = 34 * scale;
  const foot = (12 + 16 * remarks.length) * scale;
  const sheet = document.createElement("canvas");
  sheet.width = canvas.width + 24 * scale;
  sheet.height = canvas.height + head + foot;
  const brush = sheet.getContext("2d");
  if (!brush) return;
  const style = paper();
  brush.fillStyle = style.getPropertyValue("--paper");
  brush.fillRect(0, 0, sheet.width, sheet.height);
  brush.fillStyle = style.getPropertyValue("--ink");
  brush.font = `600 ${15 * scale}px ${style.getPropertyValue("--sans")}`;
  brush.fillText(title, 12 * scale, 23 * scale);
  brush.drawImage(canvas, 12 * scale, head);
  brush.fillStyle = style.getPropertyValue("--soft");
  brush.font = `${11 * scale}px ${style.getPropertyValue("--sans")}`;
  remarks.forEach((remark, row) => brush.fillText(remark, 12 * scale, head + canvas.height + (16 + 16 * row) * scale));
  sheet.toBlob((blob) => blob && save(blob, `${name}.png`), "image/png");
}

const COPIED = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-family", "font-size", "font-weight", "text-anchor", "opacity"];

export function saveDrawing(name: string, drawing: SVGSVGElement, title: string, remarks: readonly string[]): void {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const originals = drawing.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((element, index) => {
    const original = originals[index];
    if (!original) return;
    const style = getComputedStyle(original);
    for (const property of COPIED) element.setAttribute(property, style.getPropertyValue(property));
    element.removeAttribute("class");
  });
  const box = drawing.viewBox.baseVal;
  const namespace = "http://www.w3.org/2000/svg";
  const style = paper();
  const height = box.height + 30 + 16 * remarks.length;
  const background = document.createElementNS(namespace, "rect");
  for (const [key, value] of Object.entries({ x: box.x, y: box.y - 26, width: box.width, height, fill: style.getPropertyValue("--paper") })) {
    background.setAttribute(key, String(value));
  }
  copy.prepend(background);
  const write = (text: string, y: number, size: number, colour: string): void => {
    const line = document.createElementNS(namespace, "text");
    line.textContent = text;
    for (const [key, value] of Object.entries({ x: box.x, y, "font-size": size, "font-family": "sans-serif", fill: colour })) {
      line.setAttribute(key, String(value));
    }
    copy.append(line);
  };
  write(title, box.y - 9, 14, style.getPropertyValue("--ink"));
  remarks.forEach((remark, row) => write(remark, box.y + box.height + 14 + 15 * row, 10, style.getPropertyValue("--soft")));
  copy.setAttribute("xmlns", namespace);
  copy.setAttribute("viewBox", `${box.x} ${box.y - 26} ${box.width} ${height}`);
  copy.setAttribute("width", String(box.width));
  copy.setAttribute("height", String(height));
  copy.removeAttribute("class");
  save(new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" }), `${name}.svg`);
}
