using System.Buffers.Binary;
using System.IO.Compression;
using System.Xml.Linq;

namespace Migrate.Evaluation.Tests;

public class ChartTests
{
    public static TheoryData<string, double[], double[], bool> Lines => new()
    {
        { "falling", [1, 2, 3, 4], [0.9, 0.5, 0.3, 0.25], false },
        { "logarithmic over decades", [1, 2, 3], [1000, 1, 0.001], true },
        { "one point", [1], [0.5], false },
        { "equal values", [1, 2, 3], [0.2, 0.2, 0.2], true },
        { "gaps", [1, 2, 3, 4], [0.9, double.NaN, 0.3, double.PositiveInfinity], false },
        { "nothing to show", [1, 2], [double.NaN, -1], true },
        { "empty", [], [], false },
        { "very small and <marked> & \"quoted\"", [0, 1], [1e-12, 3e-12], false },
        { "very large", [0, 1], [-1e200, 1e200], false },
    };

    [Theory, MemberData(nameof(Lines))]
    public void Line_chart_writes_both_formats(string name, double[] x, double[] y, bool logarithmic)
    {
        var chart = new LineChart(name, "epoch", "MAE / eV", [new(name, x, y)]) { LogarithmicY = logarithmic };
        Check(chart.SavePng, chart.SaveSvg, 1600, 1000, name);
    }

    [Fact]
    public void Parity_plot_writes_both_formats()
    {
        var plot = new ParityPlot("test", "barrier / eV", [0.1, 0.5, 2], [0.2, 0.4, 1.5]);
        Check(plot.SavePng, plot.SaveSvg, 1280, 1280, "R² = ");
    }

    [Fact]
    public void Series_must_pair_up() => Assert.Throws<ArgumentException>(() => new LineChart("", "", "", [new("line", [1], [1, 2])]));

    public static TheoryData<double, double, bool, string[]> Ticks => new()
    {
        { 0.05, 0.93, false, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"] },
        { 0, 3.58, false, ["0", "1", "2", "3", "4"] },
        { -0.11, 0.12, false, ["-0.15", "-0.10", "-0.05", "0.00", "0.05", "0.10", "0.15"] },
        { 0.03, 0.9, true, ["0.02", "0.05", "0.1", "0.2", "0.5", "1"] },
        { 1, 1000, true, ["1", "10", "100", "1000"] },
    };

    [Theory, MemberData(nameof(Ticks))]
    public void Ticks_are_round_and_cover_the_values(double low, double high, bool logarithmic, string[] labels)
    {
        var axis = ChartAxis.Covering([low, high], logarithmic);
        Assert.Equal(labels, axis.Ticks.Select(tick => tick.Label));
        Assert.InRange(axis.Position(low), 0, 1);
        Assert.InRange(axis.Position(high), 0, 1);
    }

    [Fact]
    public void Epochs_have_whole_ticks() =>
        Assert.Equal(["1", "2", "3"], ChartAxis.Covering([1, 3], whole: true).Ticks.Select(tick => tick.Label));

    private static void Check(Action<string> savePng, Action<string> saveSvg, int width, int height, string svgText)
    {
        var folder = Directory.CreateTempSubdirectory("migrate-chart-").FullName;
        var (png, svg) = (Path.Combine(folder, "a.png"), Path.Combine(folder, "a.svg"));
        savePng(png);
        saveSvg(svg);
        var pixels = DecodePng(File.ReadAllBytes(png), width, height);
        Assert.Contains((byte)0x22, pixels);
        var texts = XDocument.Load(svg).Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value);
        Assert.Contains(texts, text => text.Contains(svgText, StringComparison.Ordinal));
        Assert.DoesNotContain("NaN", File.ReadAllText(svg), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    // Signature, header, one IDAT chunk, end (ISO/IEC 15948). .NET's zlib stream checks the checksum of the content.
    private static byte[] DecodePng(byte[] file, int width, int height)
    {
        Assert.Equal("89504E470D0A1A0A", Convert.ToHexString(file.AsSpan(0, 8)));
        Assert.Equal((width, height), (BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(20))));
        var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(33));
        Assert.Equal("IDAT"u8, file.AsSpan(37, 4));
        using var zlib = new ZLibStream(new MemoryStream(file, 41, length), CompressionMode.Decompress);
        using var raw = new MemoryStream();
        zlib.CopyTo(raw);
        Assert.Equal(height * ((width * 3) + 1), raw.Length);
        // The end chunk has no content; its checksum is the same in every PNG file.
        Assert.Equal("0000000049454E44AE426082", Convert.ToHexString(file.AsSpan(file.Length - 12)));
        return raw.ToArray();
    }
}
