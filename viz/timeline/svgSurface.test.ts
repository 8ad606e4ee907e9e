import { describe, expect, it } from "vitest";
import { pixelWord } from "./pixelLayer.ts";
import { fill, stroke } from "./surface.ts";
import { SvgSurface } from "./svgSurface.ts";

describe("the picture as SVG", () => {
  it("keeps text as text and lets none become markup", () => {
    const surface = new SvgSurface();
    surface.text(1, 2, '</text><script>"&', "#123456");
    expect(surface.markup()).toContain("&lt;/text&gt;&lt;script&gt;&quot;&amp;</text>");
    expect(surface.markup()).not.toContain("<script");
  });

  it("draws what the canvas draws: boxes, lines, shapes, hatches and cuts", () => {
    const surface = new SvgSurface();
    surface.clip({ x: 0, y: 0, width: 10, height: 10 }, () => {
      surface.rect(1.234, 2, 3, 4, fill("#ff0000", 0.5));
      surface.rect(0, 0, 1, 1, fill("#00ff00", 1, true));
      surface.rect(5, 0, 1, 1, fill("#00ff00", 1, true));
      surface.lines([0, 0, 1, 1, 2, 2, 3, 3], stroke("#0000ff", 2, 1, true));
      surface.polygon([0, 0, 1, 0, 1, 1], fill("#ffffff"));
    });
    const markup = surface.markup();
    expect(markup).toContain(
      '<rect x="1.23" y="2" width="3" height="4" fill="#ff0000" fill-opacity="0.5"/>',
    );
    expect(markup.match(/<pattern /g)).toHaveLength(1);
    expect(markup.match(/fill="url\(#hatch0\)"/g)).toHaveLength(2);
    expect(markup).toContain('d="M0 0L1 1M2 2L3 3"');
    expect(markup).toContain('stroke-dasharray="4 3"');
    expect(markup).toContain('<g clip-path="url(#cut0)">');
  });

  it("joins equal points beside each other, and leaves out empty ones", () => {
    const surface = new SvgSurface();
    const red = pixelWord("#ff0000", 1);
    surface.raster(
      { x: 10, y: 20, width: 4, height: 2 },
      Uint32Array.of(red, red, 0, red, 0, 0, 0, 0),
    );
    const boxes = surface.markup().match(/<rect [^>]*>/g);
    expect(boxes).toEqual([
      '<rect x="10" y="20" width="2" height="1" fill="rgb(255,0,0)"/>',
      '<rect x="13" y="20" width="1" height="1" fill="rgb(255,0,0)"/>',
    ]);
  });
});
