namespace Migrate.Evaluation;

/// <summary>The style sheet of a report. It has no "&gt;" and no "&amp;": inside of a style element HTML does not read them as XML does.</summary>
internal static class PageStyle
{
    public const string Css = """

        :root { --ink: #222; --soft: #5f6670; --line: #dfe3e8; --accent: #0072b2; --tint: #eef5fa; }
        * { box-sizing: border-box; }
        body { margin: 0; color: var(--ink); background: #fff; font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", Arial, sans-serif; }
        main, header { max-width: 1120px; margin: 0 auto; padding: 0 20px; }
        header { padding-top: 32px; }
        h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 4px; }
        h2 { font-size: 1.35rem; margin: 0 0 8px; padding-top: 8px; border-top: 3px solid var(--accent); }
        h3 { font-size: 1.05rem; margin: 28px 0 6px; }
        section { margin: 48px 0; }
        p { max-width: 76ch; margin: 8px 0; }
        .lead, figcaption, caption, .missing, footer { color: var(--soft); }
        .missing { border-left: 3px solid var(--line); padding-left: 12px; }
        nav { margin: 18px 0; display: flex; flex-wrap: wrap; gap: 6px 16px; font-size: .92rem; }
        a { color: var(--accent); }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 250px), 1fr)); gap: 12px; margin: 20px 0; padding: 0; }
        .tile { background: var(--tint); border-radius: 6px; padding: 12px 14px; }
        .tile strong { display: block; font-size: 1.5rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
        .tile small { color: var(--soft); }
        .scroll { overflow-x: auto; margin: 16px 0; }
        table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
        caption { text-align: left; padding-bottom: 6px; max-width: min(76ch, calc(100vw - 40px)); }
        th, td { padding: 5px 0 5px 22px; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
        th:first-child { text-align: left; padding-left: 0; padding-right: 8px; font-weight: 400; }
        thead th, thead th:first-child { font-weight: 600; border-bottom: 2px solid var(--ink); vertical-align: bottom; }
        tr.run th:first-child { font-weight: 600; }
        tr.floor, tr.published { color: var(--soft); }
        figure { margin: 20px 0; max-width: 640px; }
        figcaption { font-size: .92rem; max-width: 70ch; }
        .picture svg { display: block; width: 100%; height: auto; }
        .side { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); gap: 8px 28px; align-items: start; }
        .side figure { max-width: 500px; margin: 12px 0; }
        .key { display: flex; flex-wrap: wrap; gap: 2px 18px; font-size: .9rem; margin-bottom: 4px; }
        .key i { display: inline-block; width: 11px; height: 11px; border-radius: 50%; margin-right: 6px; print-color-adjust: exact; }
        .matrix { width: 100%; }
        .matrix th { white-space: normal; }
        .matrix td { min-width: 70px; text-align: center; padding: 10px; border: 2px solid #fff; }
        .matrix td.right { background: #cfe3f1; print-color-adjust: exact; }
        .matrix td.wrong { background: #f7ddc9; print-color-adjust: exact; }
        footer { border-top: 1px solid var(--line); margin-top: 48px; padding: 16px 0 40px; font-size: .88rem; }
        @media (max-width: 560px) { body { font-size: 15px; } main, header { padding-left: 14px; padding-right: 14px; } h1 { font-size: 1.5rem; } th, td { padding-left: 14px; } .tiles { grid-template-columns: 1fr 1fr; } .tile strong { font-size: 1.15rem; } .wide svg { min-width: 520px; } .wide { overflow-x: auto; } }
        @media print { nav { display: none; } figure, table, .tile { break-inside: avoid; } h2, h3 { break-after: avoid; } section { margin: 24px 0; } body { font-size: 10.5pt; } .scroll { overflow: visible; } }

        """;
}
