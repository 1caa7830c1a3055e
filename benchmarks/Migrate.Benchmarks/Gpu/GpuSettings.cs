using Migrate.Models;

namespace Migrate.Benchmarks.Gpu;

/// <summary>What <c>gpu</c> was asked for, and how much of everything it does.</summary>
internal sealed record GpuSettings
{
    /// <summary>Tiny sizes: proves that every case runs, measures nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Lists the cases and ends.</summary>
    public bool List { get; init; }

    /// <summary>Runs every case in this process instead of one each.</summary>
    public bool InProcess { get; init; }

    /// <summary>The one case that this process runs, or null in the process that starts the others.</summary>
    public string? Case { get; init; }

    /// <summary>Cases whose name contains one of these; empty for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Where the report goes (JSON; the table beside it as .md).</summary>
    public string Output { get; init; } = "gpu.json";

    /// <summary>Checkpoint folder; null for random weights of the published size.</summary>
    public string? Model { get; init; }

    /// <summary>Folder of what other programs read: weights, graphs, reference outputs.</summary>
    public string Exchange { get; init; } = "gpu-exchange";

    /// <summary>Most structures of an end-to-end measurement.</summary>
    public int Structures { get; init; } = 20_000;

    /// <summary>Seconds after which a measurement ends with what it has.</summary>
    public double Seconds { get; init; } = 15;

    /// <summary>Seconds after which a case's process is ended.</summary>
    public double CaseSeconds { get; init; } = 100;

    /// <summary>Bytes of device memory that a batch may use; 0 for 8 GiB on a GPU and 128 MiB on the CPU.</summary>
    public long BatchMemory { get; init; }

    /// <summary>Bands that are there to choose from; 0 for all.</summary>
    public int Bands => DryRun ? 4 : 0;

    /// <summary>Bands of the exchange folder, whose outputs are compared.</summary>
    public int ExchangedBands => DryRun ? 3 : 32;

    /// <summary>Bands in a batch of the convolution and of a training step.</summary>
    public int BatchBands => DryRun ? 2 : 32;

    /// <summary>Rows and columns of the products that find the arithmetic peaks.</summary>
    public int PeakSize => DryRun ? 128 : 8192;

    /// <summary>Numbers in the copy that finds the memory's rate.</summary>
    public long CopyNumbers => DryRun ? 1 << 16 : 1L << 30;

    /// <summary>The network without a checkpoint.</summary>
    public AlignnOptions Network => DryRun
        ? new AlignnOptions { HiddenFeatures = 32, EmbeddingFeatures = 16, AlignnLayers = 1, GcnLayers = 1 }
        : new AlignnOptions();

    /// <summary>The folder of the model that is measured.</summary>
    public string ModelFolder => Model ?? Path.Combine(Exchange, "model");

    /// <summary>Reads the words after <c>gpu</c>.</summary>
    /// <exception cref="ArgumentException">A word is unknown, or its value is missing or wrong.</exception>
    public static GpuSettings Parse(IReadOnlyList<string> words)
    {
        var settings = new GpuSettings();
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            string Value() => ++i < words.Count ? words[i] : throw new ArgumentException($"{word} needs a value");
            settings = word switch
            {
                "--dry-run" => settings with { DryRun = true, Seconds = 0.2, Structures = 8, CaseSeconds = 60 },
                "--list" => settings with { List = true },
                "--in-process" => settings with { InProcess = true },
                "--case" => settings with { Case = Value() },
                "--only" => settings with { Only = [.. settings.Only, Value()] },
                "--out" => settings with { Output = Value() },
                "--model" => settings with { Model = Value() },
                "--exchange" => settings with { Exchange = Value() },
                "--structures" => settings with { Structures = (int)Number(word, Value()) },
                "--seconds" => settings with { Seconds = Number(word, Value()) },
                "--case-seconds" => settings with { CaseSeconds = Number(word, Value()) },
                "--batch-memory" => settings with { BatchMemory = (long)(Number(word, Value()) * (1L << 20)) },
                _ => throw new ArgumentException($"unknown word \"{word}\""),
            };
        }

        return settings;
    }

    /// <summary>The same for the process of one case.</summary>
    public IEnumerable<string> WordsOf(GpuCase gpuCase, string output)
    {
        string[] words = ["--case", gpuCase.Name, "--out", output, "--exchange", Exchange];
        return [
            .. DryRun ? ["--dry-run"] : Array.Empty<string>(),
            .. words,
            .. Model is null ? [] : new[] { "--model", Model },
            "--structures", Text(Structures), "--seconds", Text(Seconds), "--batch-memory", Text(BatchMemory >> 20),
        ];
    }

    private static string Text(double value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static double Number(string word, string value) =>
        double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= 0
            ? number
            : throw new ArgumentException($"{word} needs a number, not \"{value}\"");
}
