using System.Runtime.InteropServices;
using TorchSharp;

namespace Migrate.Training;

/// <summary>Where a run happened, written beside it.</summary>
public sealed record RunEnvironment
{
    /// <summary>Start, UTC.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>Version of Migrate.</summary>
    public string Migrate { get; init; } = "";

    /// <summary>Version of .NET.</summary>
    public string DotNet { get; init; } = "";

    /// <summary>Version of TorchSharp.</summary>
    public string TorchSharp { get; init; } = "";

    /// <summary>Operating system and processor architecture.</summary>
    public string System { get; init; } = "";

    /// <summary>Processors that the run may use.</summary>
    public int Processors { get; init; }

    /// <summary>Torch threads in use.</summary>
    public int TorchThreads { get; init; }

    /// <summary>Device of the network.</summary>
    public string Device { get; init; } = "";

    /// <summary>The present process.</summary>
    public static RunEnvironment Current(string device) => new()
    {
        Started = DateTimeOffset.UtcNow,
        Migrate = typeof(RunEnvironment).Assembly.GetName().Version?.ToString(3) ?? "",
        DotNet = RuntimeInformation.FrameworkDescription,
        TorchSharp = typeof(torch).Assembly.GetName().Version?.ToString(3) ?? "",
        System = $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}",
        Processors = Environment.ProcessorCount,
        TorchThreads = torch.get_num_threads(),
        Device = device,
    };
}
