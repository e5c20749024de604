import { count } from "./format.ts";
import { trafficHref } from "./links.ts";
import { placeOnMap } from "./country_places.ts";

/** A country and how many of its requests count here. */
export interface MapCountry {
  readonly country: string;
  readonly name: string;
  readonly value: number;
}

/** Circles beyond this many would hide each other. */
const MOST = 40;
/** Radius of the largest circle, and of one that is only just there. */
const LARGEST = 5.4;
const SMALLEST = 0.7;

/** The world as dots, with a circle where requests came from; the list beside it says the same. */
export function DotMap(
  props: {
    readonly label: string;
    /** `blocked` */
    readonly what: string;
    readonly countries: readonly MapCountry[];
    readonly filter: Readonly<Record<string, string>>;
    readonly range: string;
  },
) {
  const most = Math.max(1, ...props.countries.map(({ value }) => value));
  return (
    <svg class="map" viewBox="-1 -1 122 46" role="group" aria-label={props.label}>
      <path class="land" d={LAND} />
      {props.countries.slice(0, MOST).map(({ country, name, value }) => {
        const place = placeOnMap(country);
        if (place === null) return null;
        const radius = Math.max(SMALLEST, LARGEST * Math.sqrt(value / most));
        return (
          <a href={trafficHref({ ...props.filter, country }, { range: props.range })}>
            <title>{`${name}: ${count(value)} ${props.what}`}</title>
            <circle cx={place[0]} cy={place[1]} r={radius.toFixed(1)} />
          </a>
        );
      })}
    </svg>
  );
}

/** Rows of land on a grid of three degrees, 74° north to 60° south. */
const LAND =
  "M22 0h2M28 0h4M41 0h11M79 0h.01M89 0h8M106 0h1M109 0h.01M18 1h6M26 1h1M30 1h4M42 1h9M77 1h1M83 1h.01M85 1h17M106 1h3M5 2h60M72 2h7M82 2h.01M84 2h.01M116 2h.01M3 3h60M72 3h1M3 4h.01M5 4h24M36 4h.01M43 4h2M62 4h3M67 4h52M4 5h6M13 5h14M34 5h2M38 5h.01M62 5h3M70 5h41M114 5h1M7 6h1M16 6h13M34 6h5M58 6h.01M64 6h.01M67 6h38M112 6h1M17 7h15M34 7h6M57 7h.01M59 7h.01M63 7h44M112 7h.01M17 8h22M58 8h1M61 8h46M18 9h19M40 9h1M59 9h48M19 10h19M60 10h3M65 10h4M71 10h4M77 10h28M107 10h.01M19 11h16M57 11h3M64 11h.01M66 11h2M71 11h.01M74 11h1M77 11h25M19 12h15M57 12h2M65 12h.01M67 12h.01M69 12h6M78 12h20M102 12h.01M19 13h15M60 13h3M72 13h27M102 13h.01M105 13h1M21 14h12M57 14h6M72 14h27M103 14h.01M21 15h8M31 15h1M57 15h18M77 15h23M22 16h5M55 16h15M72 16h4M78 16h21M24 17h2M55 17h16M73 17h5M82 17h16M100 17h.01M25 18h2M30 18h.01M34 18h.01M54 18h17M73 18h6M83 18h5M91 18h4M26 19h4M34 19h.01M55 19h17M74 19h4M84 19h3M91 19h3M100 19h.01M29 20h2M54 20h18M74 20h2M85 20h1M93 20h2M100 20h.01M31 21h.01M55 21h18M85 21h1M94 21h1M32 22h1M35 22h4M56 22h20M34 23h6M56 23h3M62 23h13M93 23h.01M34 24h8M63 24h12M92 24h.01M97 24h1M33 25h9M63 25h10M93 25h1M96 25h2M33 26h13M63 26h9M94 26h.01M97 26h1M100 26h.01M104 26h2M110 26h.01M33 27h14M64 27h8M95 27h.01M106 27h2M34 28h13M64 28h8M107 28h.01M109 28h.01M34 29h12M65 29h7M104 29h1M107 29h.01M35 30h11M64 30h9M76 30h.01M102 30h2M107 30h.01M36 31h10M64 31h7M75 31h.01M101 31h7M119 31h.01M37 32h8M64 32h7M75 32h.01M99 32h10M37 33h7M65 33h6M75 33h.01M98 33h12M36 34h7M65 34h5M98 34h12M36 35h6M66 35h3M98 35h12M36 36h5M66 36h2M99 36h1M105 36h5M36 37h4M106 37h3M36 38h2M118 38h.01M35 39h2M108 39h.01M117 39h.01M35 40h2M116 40h.01M35 41h2M35 42h1M36 43h1";
