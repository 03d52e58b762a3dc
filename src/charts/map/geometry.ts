import { scaleLinear, type ScaleLinear } from 'd3';
import type { Ellipse, MapPoint } from '../../science/culture-map.ts';
import type { Box } from './labels.ts';

/** A human society as the map draws it. */
export interface MapSociety extends MapPoint {
  readonly iso3: string;
  readonly name: string;
  readonly zone: string | null;
}

export type Shape = Pick<Ellipse, 'major' | 'minor' | 'angle'>;

/** The model's place, steered or not. */
export interface MapMark extends MapPoint {
  readonly ellipse?: Shape | undefined;
}

/** A place with a name of its own: the model by one domain's dilemmas, or by direct questions. */
export interface NamedMark extends MapMark {
  readonly label: string;
}

/** The window of the map that is in view, in map units. */
export interface Domain {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Smaller words; set on a phone. */
  readonly narrow: boolean;
  /** Room for a plain-word hint under the ends of the x axis, and beside those of the y axis. */
  readonly hints: { readonly x: boolean; readonly y: boolean };
}

export interface MapScales {
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
}

/** Margins hold the words at the axes' ends: hints where there is room, on a phone the words alone. */
export function frameOf(width: number, height: number): Frame {
  const narrow = width < 560 || height < 330;
  const hints = { x: !narrow && width > 680, y: !narrow && height > 580 };
  return {
    width,
    height,
    left: hints.y ? 48 : narrow ? 22 : 27,
    right: narrow ? 8 : 14,
    top: narrow ? 10 : 14,
    bottom: hints.x ? 46 : 26,
    narrow,
    hints,
  };
}

/** All societies and marks, with room around them. */
export function wholeDomain(societies: readonly MapPoint[], marks: readonly MapPoint[]): Domain {
  const window = around(societies, 0.26);
  const outer = around(marks, 0.4);
  if (societies.length === 0) return outer;
  return marks.length === 0 ? window : union(window, outer);
}

/** Where words and marks may stand, in pixels. */
export function plotOf({ width, height, left, right, top, bottom }: Frame, inset = 0): Box {
  return { x0: left + inset, y0: top + inset, x1: width - right - inset, y1: height - bottom - inset };
}

/** The model's own surroundings: its marks and the inner part of their ellipses, at least a unit across. */
export function closeDomain(marks: readonly MapMark[]): Domain {
  const reach = marks.flatMap((mark) => {
    const r = 0.5 * (mark.ellipse?.major ?? 0);
    return [
      { x: mark.x - r, y: mark.y - r },
      { x: mark.x + r, y: mark.y + r },
    ];
  });
  const tight = around(reach, 0.1);
  const grow = (low: number, high: number): [number, number] => {
    const middle = (low + high) / 2;
    const half = Math.max(0.5, (high - low) / 2);
    return [middle - half, middle + half];
  };
  const [x0, x1] = grow(tight.x0, tight.x1);
  const [y0, y1] = grow(tight.y0, tight.y1);
  return { x0, x1, y0, y1 };
}

export function scalesOf(domain: Domain, frame: Frame): MapScales {
  return {
    x: scaleLinear([domain.x0, domain.x1], [frame.left, frame.width - frame.right]),
    y: scaleLinear([domain.y0, domain.y1], [frame.height - frame.bottom, frame.top]),
  };
}

/** The ellipse as a closed path: the two axes may have different scales, so it is sampled in map units. */
export function ellipsePath(centre: MapPoint, shape: Shape, scales: MapScales): string {
  const cos = Math.cos(shape.angle);
  const sin = Math.sin(shape.angle);
  const points = Array.from({ length: 64 }, (_, i) => {
    const t = (i / 64) * 2 * Math.PI;
    const a = shape.major * Math.cos(t);
    const b = shape.minor * Math.sin(t);
    return `${fixed(scales.x(centre.x + a * cos - b * sin))},${fixed(scales.y(centre.y + a * sin + b * cos))}`;
  });
  return `M${points.join('L')}Z`;
}

export function pixelOf(point: MapPoint, scales: MapScales): { x: number; y: number } {
  return { x: fixed(scales.x(point.x)), y: fixed(scales.y(point.y)) };
}

/** One decimal is finer than a pixel and keeps the drawing the same everywhere. */
export function fixed(value: number): number {
  return Math.round(value * 10) / 10;
}

function around(points: readonly MapPoint[], room: number): Domain {
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  return {
    x0: Math.min(...xs) - room,
    x1: Math.max(...xs) + room,
    y0: Math.min(...ys) - room,
    y1: Math.max(...ys) + room,
  };
}

function union(a: Domain, b: Domain): Domain {
  return {
    x0: Math.min(a.x0, b.x0),
    x1: Math.max(a.x1, b.x1),
    y0: Math.min(a.y0, b.y0),
    y1: Math.max(a.y1, b.y1),
  };
}
