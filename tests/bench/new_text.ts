/**
 * Lua for wrk: every request has other values than all before it, as what people type has. Where a URL, a header or a
 * body says `<hex-16>`, `<number-5>`, `<word>` or `<text-800>`, so many digits, a word or so many characters of prose
 * come in its place. The same `seed` makes the same requests.
 */
export function newTextLua(seed: number): string {
  return `local seed = ${seed}\n${MAKERS}`;
}

const WORDS =
  "the of and to a in that it was for on with he as at by had not are but from have they one were all her there would " +
  "their we him been has when who will more no if out so said what up its about into than them can only other new some " +
  "could time these two may then do first any my now such like our over man me even most made after also did many before " +
  "must through years where much your way well down should because each just those people how too little good very make " +
  "world still own see men work long get here between both life being under never day same another know while last might " +
  "us great old year off come since against go came right used take three it's don't wasn't that's she'd neighbour's " +
  "garden parcel invoice table kitchen window station market mountain river letter camera battery keyboard library museum " +
  "ticket train flight dinner breakfast coffee bread orange summer winter Monday Friday October mother brother company " +
  "office colleague contract holiday journey question answer example opinion quality colour distance customer delivery";

const MAKERS = `
local words = {}
for word in string.gmatch([==[${WORDS}]==], "%S+") do words[#words + 1] = word end
local function below(most)
  seed = seed * 16807 % 2147483647
  return math.floor(seed / 2147483647 * most)
end
local function word() return words[below(#words) + 1] end
local function digits(count, base)
  local made = {}
  for i = 1, count do made[i] = string.format("%x", below(base)) end
  return table.concat(made)
end
local function sentence()
  local made = {}
  for i = 1, 5 + below(12) do made[i] = word() .. (below(12) == 0 and "," or "") end
  made[#made + 1] = word()
  return (string.gsub(table.concat(made, " "), "^%l", string.upper)) .. (below(8) == 0 and "? " or ". ")
end
local function text(chars)
  local made, length = {}, 0
  while length < chars do
    made[#made + 1] = sentence()
    length = length + #made[#made]
  end
  return string.sub(table.concat(made), 1, chars)
end
local makers = {
  hex = function(count) return digits(count, 16) end,
  number = function(count) return digits(count, 10) end,
  word = word,
  text = text,
}
local function filled(template)
  return (string.gsub(template, "<(%l+)%-?(%d*)>", function(name, count) return makers[name](tonumber(count)) end))
end
local templates = { path = wrk.path, headers = wrk.headers, body = wrk.body }
function request()
  local headers = {}
  for name, value in pairs(templates.headers) do headers[name] = filled(value) end
  return wrk.format(nil, filled(templates.path), headers, templates.body and filled(templates.body))
end`;
