import { HUFFMAN_BITS, HUFFMAN_CODES } from "./tables.gen.ts";

/**
 * The decoder is a machine that takes half a byte a step: 256 states (the inner nodes of the code's tree) by 16 inputs.
 * An entry holds the next state in its low byte, flags above it, and the byte that a finished code stands for on top.
 * The shortest code has five bits, so a step finishes one code at most.
 */
const EMITS = 1 << 8;
const FAILS = 1 << 9;
const SYMBOL_SHIFT = 16;
const EOS = 256;
/** RFC 7541, 5.2: padding is shorter than a byte. */
const MAX_PADDING_BITS = 7;

/** A node: indices of its children, or -1 - symbol for a leaf. */
type Node = [zero: number, one: number];

function makeTree(): Node[] {
  const nodes: Node[] = [[0, 0]];
  for (let symbol = 0; symbol <= EOS; symbol++) {
    const bits = HUFFMAN_BITS[symbol]!;
    let at = 0;
    for (let bit = bits - 1; bit >= 0; bit--) {
      const side = (HUFFMAN_CODES[symbol]! >>> bit) & 1;
      if (bit === 0) nodes[at]![side] = -1 - symbol;
      else {
        if (nodes[at]![side] === 0) nodes[at]![side] = nodes.push([0, 0]) - 1;
        at = nodes[at]![side]!;
      }
    }
  }
  return nodes;
}

function makeSteps(nodes: readonly Node[]): Uint32Array {
  const steps = new Uint32Array(nodes.length * 16);
  for (let state = 0; state < nodes.length; state++) {
    for (let input = 0; input < 16; input++) steps[state * 16 + input] = step(nodes, state, input);
  }
  return steps;
}

function step(nodes: readonly Node[], state: number, input: number): number {
  let at = state;
  let emitted = 0;
  for (let bit = 3; bit >= 0; bit--) {
    at = nodes[at]![(input >>> bit) & 1]!;
    if (at >= 0) continue;
    const symbol = -1 - at;
    if (symbol === EOS) return FAILS;
    emitted = EMITS | (symbol << SYMBOL_SHIFT);
    at = 0;
  }
  return emitted | at;
}

/** The states in which a string may end: nothing of a code read, or up to seven one-bits of EOS. */
function makeEnds(nodes: readonly Node[]): Uint8Array {
  const ends = new Uint8Array(nodes.length);
  let at = 0;
  for (let padding = 0; padding <= MAX_PADDING_BITS; padding++) {
    ends[at] = 1;
    at = nodes[at]![1];
  }
  return ends;
}

const TREE = makeTree();
const STEPS = makeSteps(TREE);
const ENDS = makeEnds(TREE);

/** Most bytes that `encodedBytes` of Huffman code can stand for. */
export function huffmanDecodedBound(encodedBytes: number): number {
  return Math.floor(encodedBytes * 8 / 5);
}

/**
 * Decodes `bytes[start, end)` into `out`, which has room for `huffmanDecodedBound` of it, and returns the length.
 * -1 for EOS inside, padding of a byte or more, or padding that is not the head of EOS: all errors (RFC 7541, 5.2).
 */
export function huffmanDecode(bytes: Uint8Array, start: number, end: number, out: Uint8Array): number {
  let state = 0;
  let length = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    const upper = STEPS[(state << 4) | (byte >>> 4)]!;
    if ((upper & EMITS) !== 0) out[length++] = upper >>> SYMBOL_SHIFT;
    const lower = STEPS[((upper & 0xff) << 4) | (byte & 0x0f)]!;
    if ((lower & EMITS) !== 0) out[length++] = lower >>> SYMBOL_SHIFT;
    if (((upper | lower) & FAILS) !== 0) return -1;
    state = lower & 0xff;
  }
  return ENDS[state] === 1 ? length : -1;
}
