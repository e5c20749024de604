/* Runs in the visitor's browser, in a worker where there is one. Plain HTTP has no crypto.subtle, so SHA-256 (FIPS
   180-4) is written out here. A part of the proof is a counter that makes SHA-256(SHA-256(ticket), part, counter)
   begin with `bits` zero bits. */
// deno-lint-ignore no-unused-vars
function solver(ticket, bits, parts) {
  // The constants are fractional bits of the roots of the first primes.
  const K = new Int32Array(64), H = new Int32Array(8);
  const fraction = (n) => (n - Math.floor(n)) * 4294967296 | 0;
  for (let n = 2, found = 0; found < 64; n++) {
    let isPrime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) isPrime = false;
    if (!isPrime) continue;
    if (found < 8) H[found] = fraction(Math.sqrt(n));
    K[found++] = fraction(Math.cbrt(n));
  }
  const W = new Int32Array(64), S = new Int32Array(8);

  // One block: the words are in W[0..15], S goes on.
  const compress = () => {
    let a = S[0], b = S[1], c = S[2], d = S[3], e = S[4], f = S[5], g = S[6], h = S[7];
    for (let i = 0; i < 64; i++) {
      if (i > 15) {
        const x = W[i - 15], y = W[i - 2];
        W[i] = W[i - 16] + W[i - 7] + ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ (x >>> 3)) +
            ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ (y >>> 10)) | 0;
      }
      const t = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (g ^ e & (f ^ g)) +
          K[i] + W[i] | 0;
      const u = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b | c & (a | b)) |
        0;
      h = g, g = f, f = e, e = d + t | 0, d = c, c = b, b = a, a = t + u | 0;
    }
    S[0] += a, S[1] += b, S[2] += c, S[3] += d, S[4] += e, S[5] += f, S[6] += g, S[7] += h;
  };

  // The seed: SHA-256 of the ticket, which is ASCII.
  const text = ticket + "\x80";
  const blocks = Math.ceil((text.length + 8) / 64);
  S.set(H);
  for (let block = 0; block < blocks; block++) {
    for (let i = 0; i < 16; i++) {
      W[i] = 0;
      for (let j = 0; j < 4; j++) W[i] = W[i] << 8 | text.charCodeAt(block * 64 + i * 4 + j);
    }
    if (block === blocks - 1) W[15] = ticket.length * 8;
    compress();
  }
  const seed = S.slice();
  const counters = [];
  let counter = 0, tries = 0;

  return {
    seed,
    // Tries so often, and says what is found: the counters of the parts, all of them when it is done.
    step(times) {
      for (let n = 0; n < times && counters.length < parts; n++) {
        W.set(seed);
        W[8] = counters.length, W[9] = counter, W[10] = 0x80000000 | 0, W[15] = 320;
        W.fill(0, 11, 15);
        S.set(H);
        compress();
        tries++;
        if (S[0] >>> (32 - bits) === 0) counters.push(counter.toString(36)), counter = 0;
        else counter++;
      }
      return { counters, tries };
    },
  };
}
