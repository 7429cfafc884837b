// Plain JavaScript, so that whichever Node publishes can read it. A package that is packed is published without it.
process.stderr.write(
  'This package is published by the release workflow alone, with its provenance: push a tag such as v1.2.3, ' +
    'and see docs/decisions/0019-release.md.\n',
);
process.exit(1);
