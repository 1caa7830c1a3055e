using System.Security.Cryptography;

namespace Migrate.Potentials;

/// <summary>A published potential whose weights this program can compute with. The weights are not part of it.</summary>
/// <param name="Name">Name of the release, and of the folder its weights are in.</param>
/// <param name="Architecture">Network.</param>
/// <param name="Data">What it was trained on.</param>
/// <param name="Elements">Elements it knows, in words.</param>
/// <param name="Licence">Licence of the weights.</param>
/// <param name="Home">Where the release can be had.</param>
/// <param name="Hash">SHA-256 of weights.safetensors, in hexadecimal.</param>
/// <param name="Note">What to know before use.</param>
public sealed record PublishedPotential(
    string Name, string Architecture, string Data, string Elements, string Licence, string Home, string Hash, string Note);

/// <summary>Published potentials: where they can be had, and whether a file is one of them.</summary>
public static class PotentialCatalog
{
    private const string Known = "H to Bi, Ac to Pu", Bsd = "BSD-3-Clause";
    private const string M3GNetHome = "https://github.com/materialsvirtuallab/m3gnet (pretrained/)", MatglHome = "https://github.com/materialsvirtuallab/matgl (pretrained_models/)";

    /// <summary>The potentials.</summary>
    public static IReadOnlyList<PublishedPotential> All { get; } =
    [
        new(
            "M3GNet-MP-2021.2.8-EFS", "M3GNet", "Materials Project relaxations, PBE and PBE+U", Known, Bsd, M3GNetHome,
            "1c3b28debc988e23fed4591b16e82532bd75d86325537f6c96f36664ec90651d", "reproduces published M3GNet-NEB barriers"),
        new(
            "M3GNet-MP-2021.2.8-PES", "M3GNet", "Materials Project relaxations, PBE and PBE+U", Known, Bsd, MatglHome,
            "2dd69d0216111d735c56edc356f54fe0b404fe673374ee4a096a5ac67a918f15", "forces jump a little where a bond crosses 5 Å"),
        new(
            "M3GNet-MatPES-PBE-v2025.1-PES", "M3GNet", "MatPES-PBE v2025.1", Known, Bsd, MatglHome,
            "073ab4c78e9e8c46ec5e73892aadab7ecf31233d62f9185da17b41c9a34fd938", "binds elements of group 14 too weakly"),
        new(
            "TensorNet-MatPES-PBE-v2025.1-PES", "TensorNet", "MatPES-PBE v2025.1", Known, Bsd, MatglHome,
            "905a0e9573647c05fb885e246325fd6d6967a34b6daa2f77f54930001c05c10f", "two to three times as slow as M3GNet"),
    ];

    /// <summary>The published potential whose weights a file holds, byte by byte, or null.</summary>
    /// <param name="weights">A file.</param>
    public static PublishedPotential? Identify(string weights)
    {
        var hash = HashOf(weights);
        return All.FirstOrDefault(p => p.Hash == hash);
    }

    /// <summary>What a potential is known by: SHA-256 of its weights, in lower-case hexadecimal.</summary>
    /// <param name="weights">A file.</param>
    public static string HashOf(string weights)
    {
        using var stream = File.OpenRead(weights);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
