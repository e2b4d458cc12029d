// Loaded into `lab` by a test: the first result that is printed fails in a way that nobody foresaw.
const { write } = process.stdout;
process.stdout.write = function (text, ...rest) {
  if (String(text).includes('ring-20')) throw new Error('a broken pipe dream');
  return write.call(this, text, ...rest);
};
