/** The style sheet: ink on paper, in light and dark, on screens of any width and in print. */
import { Markup } from './markup.ts';
import { DARK, LIGHT, seriesRules } from './palette.ts';

export const STYLE = new Markup(`
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:62rem;padding:4rem 2rem 3rem;background:var(--paper);color:var(--ink);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
font-variant-numeric:tabular-nums lining-nums;overflow-wrap:break-word}
h1,h2,h3,p,ul,dl,dd,figure,pre{margin:0;padding:0}
h1,h2,.figures dd{font-family:"Iowan Old Style","Palatino Linotype",Palatino,"Source Serif 4",Georgia,serif;font-weight:500}
h1{font-size:clamp(1.75rem,4.6vw,2.9rem);line-height:1.16;letter-spacing:-.012em;max-width:22em;text-wrap:balance}
h2{font-size:1.5rem;line-height:1.25;margin-bottom:1.25rem}
h3{font-size:.9375rem;font-weight:600}
small,.note,.unit,.lead,.kind,footer{color:var(--soft);font-size:.8125rem}
small{display:block}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.8125rem}
.kind{margin-bottom:1rem;letter-spacing:.01em}
.kind span::before{content:"/";margin:0 .5em}
h1.good::before,h1.bad::before{content:"";display:block;width:3rem;height:4px;margin-bottom:1.25rem;background:var(--good)}
h1.bad::before{background:var(--bad)}
.lead{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin-top:1.25rem;font-size:.9375rem}
.error{margin-top:1.5rem;padding:.75rem 1rem;border-left:3px solid var(--bad);background:var(--wash);font-size:.9375rem}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));margin-top:2.5rem;border-top:1px solid var(--ink)}
.figures>div{padding:.75rem 1rem 1rem 0;border-bottom:1px solid var(--rule)}
.figures dt{color:var(--soft);font-size:.8125rem}
.figures dd{font-size:1.875rem;line-height:1.25}
.figures small{display:inline;font-family:system-ui,sans-serif}
.figures p{font:.8125rem/1.4 system-ui,sans-serif;color:var(--soft)}
section{margin-top:4rem}
section>:not(h2)+:is(.table,figure,article,.columns){margin-top:2.25rem}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(24rem,100%),1fr));gap:2.25rem 3rem;align-items:start}
.columns>*{min-width:0}
figure{break-inside:avoid}
figcaption{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.25rem 1.5rem;margin-bottom:.5rem}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.125rem 1rem;font-size:.8125rem;color:var(--soft)}
.legend i{display:inline-block;width:.75rem;height:.1875rem;margin-right:.4rem;vertical-align:middle;background:var(--c)}
.legend .offered{background:repeating-linear-gradient(90deg,var(--c) 0 .25rem,transparent 0 .4rem)}
.plot{position:relative;height:14rem;margin:.25rem 0 1.75rem 3.75rem}
.plot svg{position:absolute;inset:0;width:100%;height:100%;overflow:visible}
.plot span{position:absolute;color:var(--soft);font-size:.75rem;line-height:1;white-space:nowrap}
.y{right:100%;padding-right:.625rem;transform:translateY(50%)}
.x{top:100%;padding-top:.5rem;transform:translateX(-50%)}
.unit{line-height:1.2;margin-bottom:.75rem}
.unit.end{text-align:right;margin:-.35rem 0 0}
svg path{fill:none;vector-effect:non-scaling-stroke}
.axis{stroke:var(--ink);stroke-width:1}
.grid{stroke:var(--rule);stroke-width:1}
.line{stroke:var(--c);stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}
.line.offered{stroke-dasharray:5 4}
svg rect{fill:var(--c);shape-rendering:crispEdges}
.dot{stroke:var(--c);stroke-width:9;stroke-linecap:round}
.dot.hole{stroke:var(--paper);stroke-width:5}
svg rect.note{fill:transparent}
svg rect.note:hover{fill:var(--ink);opacity:.07}
.table{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:.875rem;line-height:1.4}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{padding:.4375rem 1.25rem .4375rem 0;text-align:left;vertical-align:top;font-weight:400;border-bottom:1px solid var(--rule)}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--soft);font-size:.8125rem;border-bottom-color:var(--ink);vertical-align:bottom;white-space:nowrap}
.number{text-align:right;white-space:nowrap}
td code{overflow-wrap:anywhere}
th code{white-space:nowrap}
tbody th{min-width:5.5rem}
.share{white-space:nowrap}
.share b{display:inline-block;vertical-align:middle;width:clamp(2.5rem,9vw,7rem);height:.5rem;margin-right:.75rem;background:var(--wash)}
.share i{display:block;height:100%;background:var(--column)}
.mark,time{white-space:nowrap}
.good,.healthy{color:var(--good)}
.bad,.failing{color:var(--bad)}
.degraded{color:var(--warn)}
h1.good,h1.bad{color:inherit}
details{margin-top:1.5rem}
summary{cursor:pointer;color:var(--soft);font-size:.875rem;padding:.25rem 0}
details>.table{margin-top:.75rem}
article{break-inside:avoid}
article>.table{margin-top:.5rem}
pre{padding:1rem 1.25rem;background:var(--wash);white-space:pre-wrap;overflow-wrap:anywhere}
.facts{display:grid;gap:.5rem;margin-top:1.25rem;font-size:.875rem}
.facts>div{display:flex;flex-wrap:wrap;gap:0 1rem}
.facts dt{color:var(--soft);min-width:8rem}
.facts dd{min-width:0;overflow-wrap:anywhere}
section>ul{padding-left:1.25rem}
footer{margin-top:4rem;padding-top:1rem;border-top:1px solid var(--rule)}
:focus-visible{outline:2px solid var(--sent);outline-offset:3px}
${seriesRules()}
@media (max-width:40rem){
body{padding:2rem 1.125rem}
section{margin-top:3rem}
th,td{padding-right:.75rem}
.figures{grid-template-columns:1fr 1fr}
.figures dd{font-size:1.5rem}
.plot{height:11rem;margin-left:3.125rem}
.minor{display:none}
}
@media print{
@page{margin:16mm}
:root{${LIGHT};--paper:#fff}
body{max-width:none;padding:0;font-size:9.5pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}
section{margin-top:2rem}
h2,h3,caption{break-after:avoid}
tr{break-inside:avoid}
.plot{height:10rem}
.table{overflow:visible}
details:not([open]),svg rect.note{display:none}
}
`);
