using System.Text;
using System.Xml.Linq;
using ScottPlot;
using SkiaSharp;

namespace Migrate.Evaluation;

/// <summary>One or more plots on a white sheet, as SVG and PNG. Sizes and places in pixels, from the upper left corner.</summary>
internal sealed class Picture(int width, int height)
{
    private readonly List<(Plot Plot, PixelRect Place)> _plots = [];

    /// <summary>A picture of one plot that fills it.</summary>
    public static Picture Of(Plot plot, int width, int height) => new Picture(width, height).Add(plot, 0, 0, width, height);

    public Picture Add(Plot plot, int left, int top, int plotWidth, int plotHeight)
    {
        _plots.Add((plot, new PixelRect(left, left + plotWidth, top + plotHeight, top)));
        return this;
    }

    /// <summary>The picture as an svg element, see <see cref="SvgMarkup"/>.</summary>
    /// <param name="description">What is seen, for those who do not see it.</param>
    /// <param name="id">Starts the identifiers within; different for each picture of one document.</param>
    public XElement ToSvg(string description, string id = "p")
    {
        using var stream = new MemoryStream();
        // The canvas writes its last element when it is disposed.
        using (var canvas = SKSvgCanvas.Create(new SKRect(0, 0, width, height), stream))
        {
            Draw(canvas);
        }

        return SvgMarkup.Clean(Encoding.UTF8.GetString(stream.ToArray()), width, height, description, id);
    }

    /// <summary>Writes an SVG file, whole or not at all.</summary>
    public void SaveSvg(string path, string description) =>
        AtomicFile.WriteText(path, ToSvg(description).ToString(SaveOptions.DisableFormatting) + "\n");

    /// <summary>Writes a PNG file with twice as many pixels each way, whole or not at all.</summary>
    public void SavePng(string path)
    {
        const int Scale = 2;
        using var surface = SKSurface.Create(new SKImageInfo(Scale * width, Scale * height));
        surface.Canvas.Scale(Scale);
        Draw(surface.Canvas);
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, png.SaveTo);
    }

    private void Draw(SKCanvas canvas)
    {
        canvas.Clear(SKColors.White);
        foreach (var (plot, place) in _plots)
        {
            plot.Render(canvas, place);
        }
    }
}
