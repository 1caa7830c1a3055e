using System.Runtime.InteropServices;
using Migrate.Crystals;

namespace Migrate.Cli;

/// <summary>
/// Another libtorch than the packaged one, as the one of an installed PyTorch, which has CUDA: the environment variable MIGRATE_LIBTORCH names
/// its folder. The dynamic linker takes a library that is loaded already for every library of the same name that is asked for later.
/// </summary>
internal static class LibtorchFolder
{
    private const string Variable = "MIGRATE_LIBTORCH";

    // In the order of their dependencies; a CPU build has no CUDA ones.
    private static readonly string[] Libraries = ["libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"];

    private static readonly Lazy<int> Loaded = new(Load);

    /// <summary>Loads it, once, where one is named.</summary>
    /// <exception cref="InvalidInputException">The folder holds no libtorch that can be loaded.</exception>
    public static void Preload() => _ = Loaded.Value;

    private static int Load()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } folder)
        {
            return 0;
        }

        if (!File.Exists(Path.Combine(folder, Libraries[1])))
        {
            throw new InvalidInputException($"{Variable} is \"{folder}\"; there is no {Libraries[1]} (PyTorch's is in torch/lib of its package)");
        }

        foreach (var library in Libraries.Select(name => Path.Combine(folder, name)).Where(File.Exists))
        {
            try
            {
                NativeLibrary.Load(library);
            }
            catch (DllNotFoundException e)
            {
                throw new InvalidInputException($"{Variable}: {library} cannot be loaded: {e.Message.Split('\n')[^1]}");
            }
        }

        return 1;
    }
}
