using System.Buffers.Binary;
using System.Xml.Linq;

namespace Migrate.Evaluation.Tests;

public class ChartTests
{
    public static TheoryData<string, double[], double[]> Lines => new()
    {
        { "falling", [1, 2, 3, 4], [0.9, 0.5, 0.3, 0.25] },
        { "falling over decades", [1, 2, 3], [1000, 1, 0.001] },
        { "one point", [1], [0.5] },
        { "equal values", [1, 2, 3], [0.2, 0.2, 0.2] },
        { "gaps", [1, 2, 3, 4], [0.9, double.NaN, 0.3, double.PositiveInfinity] },
        { "nothing to show", [1, 2], [double.NaN, -1] },
        { "empty", [], [] },
        { "very small and <marked> & \"quoted\"", [0, 1], [1e-12, 3e-12] },
        { "very large", [0, 1], [-1e200, 1e200] },
    };

    [Theory, MemberData(nameof(Lines))]
    public void Line_chart_writes_both_formats(string name, double[] x, double[] y)
    {
        var chart = new LineChart(name, "epoch", "MAE / eV", [new(name, x, y)]);
        Check(chart.SavePng, chart.SaveSvg, 1600, 1000, name);
    }

    [Fact]
    public void Parity_plot_writes_both_formats()
    {
        var plot = new ParityPlot("test", "barrier / eV", [0.1, 0.5, 2], [0.2, 0.4, 1.5]);
        Check(plot.SavePng, plot.SaveSvg, 880, 880, "R² = ");
    }

    [Fact]
    public void Series_must_pair_up() => Assert.Throws<ArgumentException>(() => new LineChart("", "", "", [new("line", [1], [1, 2])]));

    private static void Check(Action<string> savePng, Action<string> saveSvg, int width, int height, string svgText)
    {
        var folder = Directory.CreateTempSubdirectory("migrate-chart-").FullName;
        var (png, svg) = (Path.Combine(folder, "a.png"), Path.Combine(folder, "a.svg"));
        savePng(png);
        saveSvg(svg);
        CheckPng(File.ReadAllBytes(png), width, height);
        var texts = XDocument.Load(svg).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value);
        // Without a font there are no words.
        Assert.True(!ProtocolReport.HasFont || texts.Any(text => text.Contains(svgText, StringComparison.Ordinal)));
        Assert.DoesNotContain("NaN", File.ReadAllText(svg), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    // Signature, size in the header, end chunk (ISO/IEC 15948); an empty sheet of this size would take less than 3 kB.
    private static void CheckPng(byte[] file, int width, int height)
    {
        Assert.Equal("89504E470D0A1A0A", Convert.ToHexString(file.AsSpan(0, 8)));
        Assert.Equal((width, height), (BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(20))));
        Assert.Equal("0000000049454E44AE426082", Convert.ToHexString(file.AsSpan(file.Length - 12)));
    }
}
