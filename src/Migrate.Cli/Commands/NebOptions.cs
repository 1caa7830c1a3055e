using System.CommandLine;
using Migrate.Potentials;
using Migrate.Potentials.Neb;
using static TorchSharp.torch;

namespace Migrate.Cli.Commands;

/// <summary>Options of <c>migrate neb</c> that say how bands are computed.</summary>
internal sealed class NebOptions
{
    private readonly Option<string> _preset = ModelOptions.Choice(
        "--settings", "default: those of published bands, but atoms are brought to their nearest images first; published: coordinates as they are given, too.", "default", "published");

    private readonly Option<int?> _images = new("--images") { Description = "Images between the two ends (3).", HelpName = "n" };
    private readonly Option<double?> _spring = new("--spring") { Description = "Spring constant (5).", HelpName = "eV/Å²" };
    private readonly Option<string> _method = ModelOptions.Choice("--method", "Forces of the band: springs in full, or the improved tangent.", "full-spring", "improved-tangent");
    private readonly Option<bool> _climb = new("--climb") { Description = "The highest image climbs to the saddle." };
    private readonly Option<string> _interpolation = ModelOptions.Choice("--interpolation", "First guess.", "idpp", "linear");
    private readonly Option<string> _optimizer = ModelOptions.Choice("--optimizer", "Minimizer of the band.", "bfgs", "lbfgs", "fire");
    private readonly Option<double?> _tolerance = new("--fmax") { Description = "Largest force that counts as converged (0.05).", HelpName = "eV/Å" };
    private readonly Option<int?> _steps = new("--steps") { Description = "Most steps of a band, and of the relaxation of an end (1000).", HelpName = "n" };
    private readonly Option<bool> _fixed = new("--no-relax") { Description = "The two ends stay as they are given." };
    private readonly Option<bool> _asGiven = new("--no-minimum-image") { Description = "Coordinates as they are given, a way round the cell too; without it every atom goes the shortest way." };
    private readonly Option<string> _precision = ModelOptions.Choice("--dtype", "Precision of the potential.", "float64", "float32");
    private readonly Option<string> _device = ModelOptions.Choice("--device", "Device of the potential; auto takes CUDA where libtorch has it.", "auto", "cpu", "cuda");
    private readonly Option<string> _backend = ModelOptions.Choice("--backend", "What computes: native kernels where there are any (M3GNet on the processor), or plain torch.", "auto", "torch");
    private readonly Option<int> _threads = new("--threads") { Description = "Threads to compute with; 0 for one per processor.", HelpName = "n" };
    private readonly Option<int> _together = new("--paths-at-once") { Description = "Paths that are under way at the same time.", HelpName = "n", DefaultValueFactory = _ => 16 };
    private readonly Option<int?> _batch = new("--batch") { Description = "Most images of one call of the potential; without it all that wait. 1: one by one.", HelpName = "n" };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _preset, _images, _spring, _method, _climb, _interpolation, _optimizer, _tolerance, _steps, _fixed, _asGiven, _precision, _device, _backend, _threads, _together, _batch,
        })
        {
            command.Add(option);
        }
    }

    public NebSettings Settings(ParseResult parsed)
    {
        var start = parsed.GetValue(_preset) == "published" ? NebSettings.Published : new NebSettings();
        var settings = start with
        {
            Images = parsed.GetValue(_images) ?? start.Images,
            Spring = parsed.GetValue(_spring) ?? start.Spring,
            Method = parsed.GetValue(_method) == "improved-tangent" ? NebMethod.ImprovedTangent : NebMethod.FullSpring,
            Climb = parsed.GetValue(_climb),
            Interpolation = parsed.GetValue(_interpolation) == "linear" ? NebInterpolation.Linear : NebInterpolation.Idpp,
            Optimizer = Enum.Parse<NebOptimizer>(parsed.GetValue(_optimizer)!, ignoreCase: true),
            Tolerance = parsed.GetValue(_tolerance) ?? start.Tolerance,
            MaxSteps = parsed.GetValue(_steps) ?? start.MaxSteps,
            RelaxEnds = !parsed.GetValue(_fixed),
            NearestImages = start.NearestImages && !parsed.GetValue(_asGiven),
        };
        try
        {
            settings.Validate();
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }

        return settings;
    }

    public PotentialOptions Potential(ParseResult parsed) => parsed.GetValue(_threads) < 0
        ? throw new UsageException("--threads must be 0 or more")
        : new PotentialOptions
        {
            Precision = parsed.GetValue(_precision) == "float32" ? ScalarType.Float32 : ScalarType.Float64,
            Device = TorchRuntime.SelectDevice(parsed.GetValue(_device)!, out _),
            Kernels = parsed.GetValue(_backend) == "torch" ? PotentialKernels.Torch : PotentialKernels.Auto,
            Threads = parsed.GetValue(_threads),
        };

    public int Together(ParseResult parsed) =>
        parsed.GetValue(_together) is >= 1 and var n ? n : throw new UsageException("--paths-at-once must be at least 1");

    public int Batch(ParseResult parsed) => parsed.GetValue(_batch) switch
    {
        null => int.MaxValue,
        >= 1 and { } n => n,
        _ => throw new UsageException("--batch must be at least 1"),
    };
}
