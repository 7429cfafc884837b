// Plain JavaScript, so that an old Node can read it and say what is wrong.
const WANTED = 24;
const major = Number(process.versions.node.split('.')[0]);
if (major < WANTED) {
  process.stderr.write(
    `Node ${WANTED} or later is needed, this is ${process.version}. ` +
      '"npm ci" brings it as the development dependency "node"; ' +
      'if it was run with --ignore-scripts, run it again without.\n',
  );
  process.exit(1);
}
