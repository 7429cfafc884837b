/**
 * What the page does in a browser: searches and sorts the table of each registry, copies commands, and opens everything for
 * printing. All of it is there without it, in the order of the report. It asks nobody for anything.
 */
export const SCRIPT = `
'use strict';
for (const section of document.querySelectorAll('section[data-registry]')) {
  const table = section.querySelector('table.findings');
  if (table === null) continue;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const search = section.querySelector('input[type="search"]');
  const shown = section.querySelector('[role="status"]');
  const tell = () => {
    const words = search.value.toLowerCase().split(' ').filter((word) => word !== '');
    let count = 0;
    for (const row of rows) {
      row.hidden = !words.every((word) => texts.get(row).includes(word));
      if (!row.hidden) count += 1;
    }
    shown.textContent = count + ' of ' + rows.length + ' shown';
  };
  search.addEventListener('input', tell);
  for (const [column, head] of [...table.tHead.rows[0].cells].entries()) {
    head.querySelector('button').addEventListener('click', () => {
      const descending = head.getAttribute('aria-sort') === 'ascending';
      for (const other of table.tHead.rows[0].cells) other.setAttribute('aria-sort', 'none');
      head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
      const key = (row) => row.cells[column].dataset.key ?? row.cells[column].textContent;
      const compare = new Intl.Collator(undefined, { numeric: true }).compare;
      rows.sort((one, other) => (descending ? -1 : 1) * compare(key(one), key(other)));
      body.append(...rows);
    });
  }
  section.querySelector('.tools').hidden = false;
  tell();
}
for (const button of document.querySelectorAll('.command button')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const code = button.previousElementSibling;
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = 'copied';
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = 'selected';
    }
  });
}
addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details')) details.open = true;
});
`;
