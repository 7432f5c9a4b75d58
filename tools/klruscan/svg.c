// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <string.h>

#include "svg.h"

/*
 * Heat goes from pale to dark on white, and from dark to bright on black; no two colours
 * of lines differ by red and green alone.
 */
static const char style[] =
	"<style>\n"
	".k{--bg:#fff;--fg:#1f2328;--dim:#59636e;--line:#d1d9e0;--none:#f6f8fa;"
	"--a:#0550ae;--b:#bc4c00;"
	"--1:#fff0cc;--2:#fee0a0;--3:#fdc86c;--4:#fba644;--5:#f27f2d;--6:#de5a22;"
	"--7:#bd381d;--8:#931f1c;--9:#640d18}\n"
	"@media (prefers-color-scheme:dark){.k{--bg:#0d1117;--fg:#e6edf3;--dim:#9198a1;"
	"--line:#30363d;--none:#151b23;--a:#58a6ff;--b:#ffa657;"
	"--1:#2d1a14;--2:#472214;--3:#662d12;--4:#8a3d10;--5:#b15412;--6:#d67218;"
	"--7:#f0982c;--8:#fcc35c;--9:#fff0b8}}\n"
	".k text{font:12px system-ui,\"DejaVu Sans\",sans-serif;fill:var(--fg)}\n"
	".k .title{font-size:15px;font-weight:600}.k .dim{fill:var(--dim)}"
	".k .small{font-size:10px}.k rect{shape-rendering:crispEdges}\n"
	".k .bg{fill:var(--bg)}.k .none{fill:var(--none)}.k .off{fill:var(--line)}\n"
	".k .grid{stroke:var(--line);fill:none}.k .a{fill:var(--a)}.k .b{fill:var(--b)}\n"
	".k .la,.k .lb{fill:none;stroke-width:1.8;stroke-linejoin:round}"
	".k .la{stroke:var(--a)}.k .lb{stroke:var(--b);stroke-dasharray:5 3}\n"
	".h1{fill:var(--1)}.h2{fill:var(--2)}.h3{fill:var(--3)}.h4{fill:var(--4)}"
	".h5{fill:var(--5)}.h6{fill:var(--6)}.h7{fill:var(--7)}.h8{fill:var(--8)}"
	".h9{fill:var(--9)}\n"
	"</style>\n";

void svg_escape(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			/* control characters are not in XML, not even as references */
			fputc((unsigned char)*text < ' ' ? '?' : *text, out);
		}
	}
}

void svg_begin(struct svg *svg, FILE *out, double width, double height, const char *id,
	       const char *title, const char *description)
{
	svg->out = out;
	svg->width = width;
	svg->height = height;
	fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"k\" viewBox=\"0 0 %g %g\""
		" width=\"%g\" height=\"%g\" role=\"img\" aria-labelledby=\"t%s d%s\">\n",
		width, height, width, height, id, id);
	fprintf(out, "<title id=\"t%s\">", id);
	svg_escape(out, title);
	fprintf(out, "</title>\n<desc id=\"d%s\">", id);
	svg_escape(out, description);
	fprintf(out, "</desc>\n%s", style);
	svg_rect(svg, 0, 0, width, height, "bg", NULL);
	svg_text(svg, 12, 24, SVG_START, "title", "%s", title);
}

void svg_end(struct svg *svg)
{
	fputs("</svg>\n", svg->out);
}

void svg_text(struct svg *svg, double x, double y, enum svg_anchor anchor, const char *class_,
	      const char *format, ...)
{
	static const char *const anchors[] = { "start", "middle", "end" };
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fprintf(svg->out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">", x, y,
		anchors[anchor], class_);
	svg_escape(svg->out, text);
	fputs("</text>\n", svg->out);
}

void svg_rect(struct svg *svg, double x, double y, double width, double height,
	      const char *class_, const char *tip)
{
	fprintf(svg->out, "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" class=\"%s\"",
		x, y, width, height, class_);
	if (!tip) {
		fputs("/>\n", svg->out);
		return;
	}
	fputs("><title>", svg->out);
	svg_escape(svg->out, tip);
	fputs("</title></rect>\n", svg->out);
}

void svg_path_begin(struct svg *svg, const char *class_)
{
	fprintf(svg->out, "<path class=\"%s\" d=\"M", class_);
}

void svg_path_to(struct svg *svg, double x, double y)
{
	fprintf(svg->out, " %.1f,%.1f", x, y);
}

void svg_path_gap(struct svg *svg)
{
	fputs(" M", svg->out);
}

void svg_path_end(struct svg *svg)
{
	fputs("\"/>\n", svg->out);
}

double svg_x(const struct svg_plot *plot, double value)
{
	return plot->x + plot->width * value / plot->across.max;
}

double svg_y(const struct svg_plot *plot, double value)
{
	return plot->y + plot->height * (1 - value / plot->up.max);
}

static void line(struct svg *svg, double x1, double y1, double x2, double y2)
{
	fprintf(svg->out, "<path class=\"grid\" d=\"M %.1f,%.1f %.1f,%.1f\"/>\n", x1, y1, x2, y2);
}

void svg_axis_up(struct svg *svg, const struct svg_plot *plot, const char *name)
{
	const struct ticks *up = &plot->up;
	char label[32];

	for (double at = 0; at <= up->max * 1.0001; at += up->step) {
		line(svg, plot->x, svg_y(plot, at), plot->x + plot->width, svg_y(plot, at));
		ticks_label(up, at, label, sizeof(label));
		svg_text(svg, plot->x - 6, svg_y(plot, at) + 4, SVG_END, "dim", "%s", label);
	}
	svg_text(svg, plot->x, plot->y - 8, SVG_START, "", "%s", name);
}

void svg_axis_across(struct svg *svg, const struct svg_plot *plot)
{
	const struct ticks *across = &plot->across;
	double bottom = plot->y + plot->height;
	char label[32];

	for (double at = 0; at <= across->max * 1.0001; at += across->step) {
		double x = svg_x(plot, at);

		line(svg, x, bottom, x, bottom + 4);
		ticks_label(across, at, label, sizeof(label));
		/* the last label must not stick out */
		svg_text(svg, x, bottom + 18, x > svg->width - 30 ? SVG_END : SVG_MIDDLE, "dim", "%s",
			 label);
	}
}
