import type { MapPoint } from '../../science/culture-map.ts';
import type { Domain, MapScales } from './geometry.ts';

/** What a drag needs to know of the map at the moment. */
export interface DragSurface {
  /** The point that can be taken hold of; nothing where there is none. */
  readonly at: MapPoint | undefined;
  readonly scales: MapScales;
  /** The window in view, which stands still while the hand moves. */
  readonly window: Domain;
  /** The point's radius in pixels. */
  readonly size: number;
}

/** The hand that moves the model's point over the map. */
export class PointDrag {
  /** The window while the point is held. */
  held = $state.raw<Domain>();
  #moved = false;

  constructor(
    private readonly surface: () => DragSurface,
    private readonly ondrag: (to: MapPoint, done: boolean) => void,
  ) {}

  /** Takes hold of the point where the pointer lies on it. */
  take(event: PointerEvent & { currentTarget: SVGSVGElement }): void {
    const { at, scales, window, size } = this.surface();
    if (!at || !event.isPrimary || event.button !== 0) return;
    const box = event.currentTarget.getBoundingClientRect();
    const away = Math.hypot(
      scales.x(at.x) - (event.clientX - box.left),
      scales.y(at.y) - (event.clientY - box.top),
    );
    if (away > size + (event.pointerType === 'touch' ? 16 : 6)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    this.held = window;
    this.#moved = false;
  }

  /** True where the movement was the point's. */
  move(event: PointerEvent): boolean {
    if (!this.held) return false;
    this.#moved = true;
    this.ondrag(this.#placeOf(event), false);
    return true;
  }

  /** Lets go; true where the point was held. */
  drop(event: PointerEvent): boolean {
    if (!this.held) return false;
    if (this.#moved) this.ondrag(this.#placeOf(event), true);
    this.held = undefined;
    return true;
  }

  cancel(): void {
    this.held = undefined;
  }

  #placeOf(event: PointerEvent): MapPoint {
    const { scales } = this.surface();
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return { x: scales.x.invert(event.clientX - box.left), y: scales.y.invert(event.clientY - box.top) };
  }
}
