/** The picture on screen as a file. */
import { paint } from "./paint.ts";
import type { Palette } from "./palette.ts";
import type { Scene } from "./scene.ts";
import { escapeXml, SvgSurface } from "./svgSurface.ts";

const FONT = "system-ui, -apple-system, 'Segoe UI', sans-serif";

/** A whole document that needs nothing else. Text stays text. `frame`: the axes and labels over the drawing. */
export function svgPicture(scene: Scene, frame: SVGGElement): string {
  const surface = new SvgSurface();
  paint(surface, scene);
  return svgDocument(scene, `${surface.markup()}${framed(frame)}`, true);
}

/** The canvas with axes and labels over it. */
export async function pngPicture(
  scene: Scene,
  canvas: HTMLCanvasElement,
  frame: SVGGElement,
): Promise<Blob> {
  const made = new OffscreenCanvas(canvas.width, canvas.height);
  const context = made.getContext("2d");
  if (context === null) throw new Error("this browser draws no pictures");
  context.fillStyle = scene.palette.card;
  context.fillRect(0, 0, made.width, made.height);
  context.drawImage(canvas, 0, 0);
  const image = new Image();
  const markup = svgDocument(scene, framed(frame), false);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(markup)}`;
  await image.decode();
  context.drawImage(image, 0, 0, made.width, made.height);
  return made.convertToBlob({ type: "image/png" });
}

function framed(frame: SVGGElement): string {
  return new XMLSerializer().serializeToString(frame);
}

function svgDocument({ geometry, palette }: Scene, inside: string, hasGround: boolean): string {
  const { width, height } = geometry;
  const ground = hasGround ? `<rect width="100%" height="100%" fill="${palette.card}"/>` : "";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}">`,
    `<style>${escapeXml(styleOf(palette))}</style>`,
    `${ground}${inside}</svg>`,
    "",
  ].join("\n");
}

/** What the page's style sheet says of the frame. */
function styleOf({ ink, muted, line, faultEdge }: Palette): string {
  return [
    `text { fill: ${muted}; font-size: 11px; }`,
    ".title { font-size: 12px; }",
    `.heading { fill: ${ink}; font-size: 12px; font-weight: 650; }`,
    ".lane-label { text-anchor: end; }",
    `.fault-label { fill: ${faultEdge}; font-size: 12px; }`,
    ".axis path { stroke: none; fill: none; }",
    `.axis line, .grid line { stroke: ${line}; stroke-opacity: 0.55; }`,
  ].join(" ");
}
