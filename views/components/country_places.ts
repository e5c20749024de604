/** Somewhere in the middle of each country: code, degrees east, degrees north. */
const PLACES = "AD 1.5 42.5,AE 54 24,AF 66 34,AG -62 17,AI -63 18,AL 20 41,AM 45 40,AO 18 -12,AR -64 -34," +
  "AS -170 -14,AT 14 47.5,AU 134 -25,AW -70 12.5,AX 20 60,AZ 48 40.5,BA 18 44,BB -59.5 13,BD 90 24," +
  "BE 4.5 50.8,BF -2 12.5,BG 25 43,BH 50.5 26,BI 30 -3.5,BJ 2.3 9.5,BL -63 18,BM -65 32,BN 115 4.5," +
  "BO -65 -17,BQ -68 12,BR -53 -11,BS -77 24.5,BT 90.5 27.5,BW 24 -22,BY 28 53.5,BZ -88.5 17," +
  "CA -106 57,CC 97 -12,CD 23 -3,CF 21 7,CG 15 -1,CH 8 47,CI -5.5 7.5,CK -160 -21,CL -71 -33,CM 12.5 6," +
  "CN 104 35,CO -73 4,CR -84 10,CU -79 22,CV -24 16,CW -69 12,CX 105.5 -10.5,CY 33 35,CZ 15.5 49.8," +
  "DE 10 51,DJ 42.5 11.5,DK 10 56,DM -61 15.5,DO -70.5 19,DZ 3 28,EC -78 -1.5,EE 26 59,EG 30 27," +
  "EH -13 24.5,ER 39 15.5,ES -4 40,ET 40 8.5,FI 26 64,FJ 178 -18,FK -59 -52,FM 158 7,FO -7 62," +
  "FR 2 46.5,GA 12 -1,GB -2 54,GD -61.5 12,GE 43.5 42,GF -53 4,GG -2.5 49.5,GH -1 8,GI -5.4 36.1," +
  "GL -42 72,GM -15.5 13.5,GN -10.5 10.5,GP -61.5 16,GQ 10 1.5,GR 22 39.5,GT -90.3 15.5,GU 145 13.5," +
  "GW -15 12,GY -59 5,HK 114 22.4,HN -86.5 15,HR 16 45.5,HT -72.5 19,HU 19.5 47,ID 113 -2,IE -8 53," +
  "IL 35 31.5,IM -4.5 54.2,IN 79 22,IO 72 -6,IQ 44 33,IR 54 32.5,IS -19 65,IT 12.5 43,JE -2 49.2," +
  "JM -77.3 18,JO 36.5 31,JP 138 37,KE 38 0.5,KG 74.5 41.5,KH 105 12.5,KI 173 1.5,KM 43.5 -12," +
  "KN -62.7 17.3,KP 127 40,KR 128 36,KW 47.7 29.3,KY -81 19.4,KZ 67 48,LA 103 18.5,LB 36 34,LC -61 14," +
  "LI 9.5 47.2,LK 80.8 7.5,LR -9.5 6.5,LS 28.3 -29.5,LT 24 55.3,LU 6.1 49.7,LV 25 57,LY 18 27," +
  "MA -6.5 32,MC 7.4 43.7,MD 28.5 47,ME 19.3 42.8,MF -63 18,MG 46.5 -19.5,MH 169 8,MK 21.7 41.6," +
  "ML -4 17,MM 96.5 21,MN 103 46.5,MO 113.5 22.2,MP 145.7 15.2,MQ -61 14.7,MR -10.5 20,MS -62.2 16.7," +
  "MT 14.4 35.9,MU 57.6 -20.2,MV 73.2 3.5,MW 34 -13.3,MX -102 23.5,MY 102.5 4,MZ 36 -18,NA 17 -22," +
  "NC 165.5 -21.5,NE 8 17,NF 168 -29,NG 8 9.5,NI -85 13,NL 5.5 52.2,NO 10 61.5,NP 84 28.3,NR 167 -0.5," +
  "NU -170 -19,NZ 174 -41,OM 56.5 21,PA -80 8.5,PE -75 -9.5,PF -149.5 -17.7,PG 144 -6.5,PH 122 12.5," +
  "PK 69.5 30,PL 19.5 52,PM -56.3 46.9,PR -66.5 18.2,PS 35.2 32,PT -8 39.7,PW 134.5 7.5,PY -58 -23," +
  "QA 51.2 25.3,RE 55.5 -21.1,RO 25 46,RS 21 44,RU 90 60,RW 30 -2,SA 45 24,SB 160 -9.5,SC 55.5 -4.7," +
  "SD 30 15.5,SE 16 62,SG 103.8 1.4,SH -5.7 -16,SI 14.8 46.1,SJ 16 74,SK 19.5 48.7,SL -11.8 8.5," +
  "SM 12.4 43.9,SN -14.5 14.5,SO 46 6,SR -56 4,SS 30 7.5,ST 6.7 0.3,SV -89 13.7,SX -63.1 18,SY 38.5 35," +
  "SZ 31.5 -26.5,TC -71.8 21.8,TD 18.7 15.5,TG 1 8.5,TH 101 15.5,TJ 71 38.8,TK -172 -9,TL 125.7 -8.8," +
  "TM 59 39,TN 9.5 34,TO -175 -21,TR 35 39,TT -61.3 10.5,TV 179 -8,TW 121 23.7,TZ 35 -6.5,UA 31.5 49," +
  "UG 32.5 1.3,US -98 39,UY -56 -33,UZ 63.5 41.5,VA 12.5 41.9,VC -61.2 13.2,VE -66 7,VG -64.5 18.4," +
  "VI -64.8 18,VN 106.5 16,VU 167.5 -16.5,WF -177 -13.5,WS -172 -13.7,XK 21 42.6,YE 47.5 15.8," +
  "YT 45.1 -12.8,ZA 24.5 -29,ZM 27.5 -14,ZW 30 -19";

const BY_CODE: ReadonlyMap<string, readonly [number, number]> = new Map(
  PLACES.split(",").map((each) => {
    const [code, east, north] = each.split(" ");
    return [code!, [Number(east), Number(north)]];
  }),
);

/** Where the country lies on the dotted map (dot_map.tsx), or null where it is on no map. */
export function placeOnMap(country: string): readonly [number, number] | null {
  const place = BY_CODE.get(country);
  if (place === undefined) return null;
  const [east, north] = place;
  return [round((east + 180) / 3), round((74 - north) / 3)];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
