using System.Diagnostics;
using System.Text.Json;
using Migrate.Testing;

namespace Migrate.Cli.Tests;

/// <summary>The program with the emulated GPU, and without any: each in a process of its own.</summary>
public class CudaTests : CliTest
{
    private const string NoDriver = "no CUDA driver";

    [Fact]
    public void Without_a_driver_every_command_says_so()
    {
        Assert.SkipWhen(HasRealDriver, "this machine has a CUDA driver");
        Assert.Contains(NoDriver, RunProgram(null, "info").Output, StringComparison.Ordinal);
        var predicted = RunProgram(null, "predict", Examples);
        Assert.Equal(0, predicted.Code);
        Assert.Contains(NoDriver, predicted.Error, StringComparison.Ordinal);
        foreach (var command in new[] { "predict", "profile" })
        {
            var refused = RunProgram(null, command, Examples, "--backend", "cuda");
            Assert.Equal(3, refused.Code);
            Assert.StartsWith($"migrate: {NoDriver}", refused.Error, StringComparison.Ordinal);
            Assert.Single(refused.Error.TrimEnd().Split('\n'));
        }
    }

    [Theory, InlineData("float32", 1e-4), InlineData("tf32", 5e-3), InlineData("bfloat16", 5e-3)]
    public void Predictions_on_the_gpu_are_those_of_the_cpu(string dtype, double tolerance)
    {
        var cpu = Barriers(RunProgram(Emulated(), "predict", Examples, "--json", "--backend", "cpu"));
        var gpu = Barriers(RunProgram(Emulated(), "predict", Examples, "--json", "--backend", "cuda", "--dtype", dtype));
        Assert.Equal(cpu.Length, gpu.Length);
        Assert.All(cpu.Zip(gpu), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    [Fact]
    public void Info_tells_of_device_kernels_and_memory()
    {
        var info = RunProgram(Emulated(), "info");
        Assert.Equal(0, info.Code);
        foreach (var word in new[] { "Migrate emulated GPU", "migrate.sm_90a", "driver API", "0 bytes used" })
        {
            Assert.Contains(word, info.Output, StringComparison.Ordinal);
        }

        // Another generation takes the kernels that every GPU has.
        Assert.Contains("migrate.sm_80", RunProgram(Emulated(("MIGRATE_EMULATED_CAPABILITY", "89")), "info").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MIGRATE_EMULATED_CAPABILITY", "75", "compute capability 7.5; needed is 8.0")]
    [InlineData("MIGRATE_CUDA_DEVICE", "3", "MIGRATE_CUDA_DEVICE is \"3\"")]
    [InlineData("MIGRATE_CUDA_BINDING", "managedcuda", "built without ManagedCuda")]
    [InlineData("MIGRATE_CUDA_BINDING", "other", "it must be driver or managedcuda")]
    public void A_gpu_that_cannot_be_used_is_one_clear_line(string variable, string value, string message)
    {
        var refused = RunProgram(Emulated((variable, value)), "predict", Examples, "--backend", "cuda");
        Assert.Equal(3, refused.Code);
        Assert.Contains(message, refused.Error, StringComparison.Ordinal);
        Assert.Single(refused.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Precisions_that_a_backend_has_not_are_refused()
    {
        Assert.Equal(2, RunProgram(Emulated(), "predict", Examples, "--backend", "cuda", "--dtype", "float64").Code);
        Assert.Equal(2, RunProgram(Emulated(), "predict", Examples, "--backend", "cpu", "--dtype", "tf32").Code);
        Assert.Contains("GPU", RunProgram(null, "predict", Examples, "--dtype", "tf32").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_emulated_gpu_is_never_chosen_by_itself() =>
        Assert.Contains("emulated", RunProgram(Emulated(), "predict", Examples).Error, StringComparison.Ordinal);

    [Fact]
    public void Profile_has_a_row_for_every_stage_of_the_device()
    {
        var profile = RunProgram(Emulated(), "profile", Examples, "--backend", "cuda", "--repeat", "1");
        Assert.Equal(0, profile.Code);
        foreach (var stage in new[] { "graph", "upload", "line-graph convolution", "node products", "readout", "download" })
        {
            Assert.Contains(stage, profile.Output, StringComparison.Ordinal);
        }
    }

    private static bool HasRealDriver => System.Runtime.InteropServices.NativeLibrary.TryLoad("libcuda.so.1", out _);

    private static (string, string)[] Emulated(params (string, string)[] more)
    {
        Assert.SkipWhen(EmulatedGpu.Driver is null, "the emulated driver was not built");
        return [("MIGRATE_CUDA_DRIVER", EmulatedGpu.Driver), .. more];
    }

    private static double[] Barriers(CliResult result)
    {
        Assert.True(result.Code == 0, result.Error);
        using var json = JsonDocument.Parse(result.Output);
        return [.. json.RootElement.GetProperty("predictions").EnumerateArray().Select(p => p.GetProperty("barrier_ev").GetDouble())];
    }

    // The driver is chosen once in a process.
    private static CliResult RunProgram((string Name, string Value)[]? environment, params string[] args)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "migrate.exe" : "migrate"), args)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("MIGRATE_CUDA_DRIVER");
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new CliResult(process.ExitCode, output, error.Result);
    }
}
