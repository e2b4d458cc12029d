/**
 * The graph on the screen: sigma holds the places, the camera and the pointer; what happens is drawn over it (draw.ts), once
 * a picture and only when something changed. Without WebGL the picture does not move, but it is still drawn.
 */
import Graph from 'graphology';
import Sigma from 'sigma';
import type { LabHistory } from '../../model/history.ts';
import type { Point } from '../../model/layout.ts';
import { enclosed, linkAt } from '../../model/picking.ts';
import { type Drawn, draw } from './draw.ts';
import { type Palette, readPalette } from './palette.ts';
import type { Picture } from './picture.ts';
import { listenToPointer } from './pointer.ts';
import type { Pixel } from './shapes.ts';

/** What changes from picture to picture. */
export type Look = Pick<
  Picture,
  'history' | 'clock' | 'ms' | 'message' | 'isAtRest' | 'hasOthers' | 'chosenPeer' | 'picked' | 'comparison'
>;

/** A click as sigma tells it, in pixels of the stage. */
interface SigmaClick {
  readonly event: { readonly x: number; readonly y: number; readonly original: Event };
}

/** What a stage tells. Peers and links are places. */
export interface StageListener {
  /** A peer was clicked; undefined: nothing was. `isAdding`: with Shift. */
  onPeer(place: number | undefined, isAdding: boolean): void;
  /** A peer was clicked twice in a moment; the first click was told. */
  onTwice(place: number): void;
  onLink(index: number): void;
  /** The pointer rests on something; undefined: on nothing. */
  onHover(at: { peer?: number; link?: number; x: number; y: number } | undefined): void;
  /** A line was drawn round these peers. */
  onLasso(places: readonly number[]): void;
}

/** How near a link a click hits it, in pixels. */
const LINK_REACH = 7;

/** See the module's header. */
export class Stage {
  readonly #container: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #listener: StageListener;
  readonly #observer: ResizeObserver;
  #sigma: Sigma | undefined;
  #points: readonly Point[] = [];
  /** Between the two peers that stand closest, in units of the points. */
  #closest = 1;
  #palette: Palette = readPalette();
  #isDark = false;
  #typePx = 16;
  #lastClicked = -1;
  #lasso: readonly Pixel[] | undefined;
  #isStale = true;
  #last: Look | undefined;
  #drawn: Drawn = { lit: 0, flying: 0, duplicates: 0, undrawn: 0 };

  constructor(container: HTMLElement, listener: StageListener) {
    this.#container = container;
    this.#listener = listener;
    this.#canvas = document.createElement('canvas');
    this.#canvas.className = 'overlay';
    const context = this.#canvas.getContext('2d');
    if (context === null) throw new Error('this browser cannot draw on a canvas');
    this.#context = context;
    container.append(this.#canvas);
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(container);
    container.addEventListener('mousemove', event => {
      const box = container.getBoundingClientRect();
      this.#hover(event.clientX - box.left, event.clientY - box.top);
    });
    container.addEventListener('mouseleave', () => listener.onHover(undefined));
    container.addEventListener('click', event => {
      if (this.#sigma === undefined) this.#clicked(event.offsetX, event.offsetY, event.shiftKey);
    });
    this.#resize();
  }

  /** Shows another graph. */
  show(history: LabHistory, points: readonly Point[]): void {
    this.#points = points;
    this.#closest = closest(points);
    this.#sigma?.kill();
    this.#sigma = this.#makeSigma(history, points);
    this.#container.append(this.#canvas);
    this.#isStale = true;
  }

  /** Colours may have changed. */
  restyle(): void {
    this.#palette = readPalette();
    this.#isDark = getComputedStyle(document.documentElement).getPropertyValue('--is-dark').trim() === '1';
    this.#isStale = true;
  }

  /** Something in the history changed. */
  invalidate(): void {
    this.#isStale = true;
  }

  /** Brings the whole graph into view. */
  fit(): void {
    void this.#sigma?.getCamera().animatedReset({ duration: 200 });
  }

  /** Closer, or further away. */
  zoom(direction: 1 | -1): void {
    const camera = this.#sigma?.getCamera();
    if (direction === 1) void camera?.animatedZoom({ duration: 150 });
    else void camera?.animatedUnzoom({ duration: 150 });
  }

  /** Draws a moment, if it differs from what is there. */
  draw(look: Look): Drawn {
    const last = this.#last;
    const isSame =
      !this.#isStale &&
      last !== undefined &&
      last.ms === look.ms &&
      last.message === look.message &&
      last.isAtRest === look.isAtRest &&
      last.hasOthers === look.hasOthers &&
      last.chosenPeer === look.chosenPeer &&
      last.picked === look.picked &&
      last.comparison === look.comparison &&
      last.clock === look.clock;
    if (isSame) return this.#drawn;
    this.#last = look;
    this.#isStale = false;
    const { clientWidth: width, clientHeight: height } = this.#container;
    const places = this.#places();
    const picture = {
      ...look,
      palette: this.#palette,
      isDark: this.#isDark,
      width,
      height,
      places,
      radius: this.#radius(),
      typePx: this.#typePx,
    };
    this.#drawn = draw(this.#context, picture);
    if (this.#lasso !== undefined) drawLasso(this.#context, this.#lasso, this.#palette);
    return this.#drawn;
  }

  /** Lets go of everything. */
  dispose(): void {
    this.#observer.disconnect();
    this.#sigma?.kill();
    this.#canvas.remove();
  }

  #makeSigma(history: LabHistory, points: readonly Point[]): Sigma | undefined {
    const graph = new Graph({ type: 'undirected' });
    history.peers.forEach(({ place }) => {
      graph.addNode(String(place), {
        x: points[place]?.x ?? 0,
        y: points[place]?.y ?? 0,
        size: 10,
        color: '#00000000',
      });
    });
    try {
      const sigma = new Sigma(graph, this.#container, {
        renderLabels: false,
        allowInvalidContainer: true,
        stagePadding: this.#padding(),
        enableEdgeEvents: false,
        minCameraRatio: 0.1,
        maxCameraRatio: 3,
        autoRescale: true,
        itemSizesReference: 'screen',
        zoomToSizeRatioFunction: () => 1,
        // The drawing over it shows the hovered peer as well.
        defaultDrawNodeHover: () => undefined,
      });
      sigma.on('afterRender', () => this.invalidate());
      // Peers are as large as they are drawn, which sigma does not know: sigma reports the position, and the stage
      // finds the peer.
      const clicked = ({ event }: SigmaClick): void => this.#clicked(event.x, event.y, isShift(event.original));
      sigma.on('clickNode', clicked);
      sigma.on('clickStage', clicked);
      // The second of two quick clicks picks as the first does, instead of moving the camera.
      const clickedAgain = (event: SigmaClick & { preventSigmaDefault(): void }): void => {
        event.preventSigmaDefault();
        this.#clickedAgain(event);
      };
      sigma.on('doubleClickNode', clickedAgain);
      sigma.on('doubleClickStage', clickedAgain);
      listenToPointer(sigma, {
        peerAt: (x, y) => this.#peerAt(x, y),
        movePeer: (place, to) => this.#movePeer(place, to),
        lassoIs: line => {
          this.#lasso = line;
          this.#isStale = true;
        },
        lassoed: line => this.#listener.onLasso(enclosed(this.#places(), line)),
      });
      return sigma;
    } catch {
      return undefined;
    }
  }

  #toPixel(point: Point, width: number, height: number): Pixel {
    if (this.#sigma !== undefined) return this.#sigma.graphToViewport(point);
    const [xs, ys] = [this.#points.map(({ x }) => x), this.#points.map(({ y }) => y)];
    const [spanX, spanY] = [Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)];
    const scale = Math.min(
      (width - 2 * this.#padding()) / Math.max(spanX, 1e-9),
      (height - 2 * this.#padding()) / Math.max(spanY, 1e-9),
    );
    const [midX, midY] = [(Math.max(...xs) + Math.min(...xs)) / 2, (Math.max(...ys) + Math.min(...ys)) / 2];
    return { x: width / 2 + (point.x - midX) * scale, y: height / 2 - (point.y - midY) * scale };
  }

  /** Room for names around the graph, in pixels. */
  #padding(): number {
    const { clientWidth, clientHeight } = this.#container;
    return Math.max(24, Math.min(30 + 2.4 * this.#typePx, Math.min(clientWidth, clientHeight) / 8));
  }

  /** So that the two peers that stand closest do not touch; from 3 pixels to what is read across a room. */
  #radius(): number {
    const { clientWidth: width, clientHeight: height } = this.#container;
    const [a, b] = [
      { x: 0, y: 0 },
      { x: this.#closest, y: 0 },
    ].map(point => this.#toPixel(point, width, height));
    const apart = a === undefined || b === undefined ? 0 : Math.abs(b.x - a.x);
    const room = Math.sqrt((width * height) / Math.max(1, this.#points.length)) / 7;
    const most = Math.max(16, Math.min(34, Math.min(width, height) / 34));
    return Math.max(3, Math.min(most, Math.max(apart * 0.38, room / 2), room * 1.6));
  }

  #clicked(x: number, y: number, isAdding: boolean): void {
    const place = this.#peerAt(x, y);
    this.#lastClicked = place;
    const link = place === -1 && !isAdding ? this.#linkAt(x, y) : -1;
    if (link !== -1) this.#listener.onLink(link);
    else this.#listener.onPeer(place === -1 ? undefined : place, isAdding);
  }

  /** The second of two quick clicks; on another peer it is a click like any other. */
  #clickedAgain({ event: { x, y, original } }: SigmaClick): void {
    const place = this.#peerAt(x, y);
    if (place === -1 || place !== this.#lastClicked || isShift(original)) this.#clicked(x, y, isShift(original));
    else this.#listener.onTwice(place);
  }

  #hover(x: number, y: number): void {
    const peer = this.#peerAt(x, y);
    const link = peer === -1 ? this.#linkAt(x, y) : -1;
    this.#container.style.cursor = peer === -1 && link === -1 ? '' : 'pointer';
    this.#listener.onHover(peer !== -1 ? { peer, x, y } : link !== -1 ? { link, x, y } : undefined);
  }

  #movePeer(place: number, to: Pixel): void {
    const sigma = this.#sigma;
    if (sigma === undefined) return;
    // Without it the picture would shrink as a peer is dragged outwards.
    if (sigma.getCustomBBox() === null) sigma.setCustomBBox(sigma.getBBox());
    const point = sigma.viewportToGraph(to);
    this.#points = this.#points.map((one, i) => (i === place ? point : one));
    this.#closest = closest(this.#points);
    this.#isStale = true;
  }

  /** The link that runs through a pixel, as a place among the history's; -1 for none. */
  #linkAt(x: number, y: number): number {
    const links = this.#last?.history.links ?? [];
    return linkAt(
      { x, y },
      links.map(({ a, b }) => [a, b] as const),
      this.#places(),
      LINK_REACH,
    );
  }

  /** Where each peer is on the screen. */
  #places(): Pixel[] {
    const { clientWidth: width, clientHeight: height } = this.#container;
    return this.#points.map(point => this.#toPixel(point, width, height));
  }

  /** The peer that is nearest to a pixel, and near enough; -1 for none. */
  #peerAt(x: number, y: number): number {
    const { clientWidth: width, clientHeight: height } = this.#container;
    let nearest = -1;
    // A finger is wider than a small peer.
    let reach = Math.max(12, this.#radius() + 4);
    this.#points.forEach((point, place) => {
      const at = this.#toPixel(point, width, height);
      const away = Math.hypot(at.x - x, at.y - y);
      if (away > reach) return;
      reach = away;
      nearest = place;
    });
    return nearest;
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.#container;
    const ratio = window.devicePixelRatio || 1;
    this.#typePx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#sigma?.setSetting('stagePadding', this.#padding());
    this.#sigma?.resize();
    this.#sigma?.refresh();
    this.#isStale = true;
  }
}

function drawLasso(context: CanvasRenderingContext2D, line: readonly Pixel[], palette: Palette): void {
  context.beginPath();
  for (const { x, y } of line) context.lineTo(x, y);
  context.closePath();
  context.lineWidth = 2;
  context.setLineDash([6, 4]);
  context.strokeStyle = palette.picked;
  context.stroke();
  context.setLineDash([]);
}

function isShift(event: Event): boolean {
  return event instanceof MouseEvent && event.shiftKey;
}

/** How far the two points are apart that are closest to each other. */
function closest(points: readonly Point[]): number {
  let least = Number.POSITIVE_INFINITY;
  points.forEach((a, i) => {
    for (let j = i + 1; j < points.length; j++) {
      const b = points[j];
      if (b !== undefined) least = Math.min(least, Math.hypot(a.x - b.x, a.y - b.y));
    }
  });
  return Number.isFinite(least) ? least : 1;
}
