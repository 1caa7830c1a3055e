namespace Migrate.Potentials.Neb;

/// <summary>Forces of a band.</summary>
public enum NebMethod
{
    /// <summary>Springs at their natural length act in full (Kolsbjerg, Groves and Hammer, J. Chem. Phys. 145, 094107 (2016)): the published bands.</summary>
    FullSpring,

    /// <summary>Improved tangent, springs along the band only (Henkelman and Jónsson, J. Chem. Phys. 113, 9978 (2000)).</summary>
    ImprovedTangent,
}

/// <summary>First guess of a band.</summary>
public enum NebInterpolation
{
    /// <summary>Straight lines.</summary>
    Linear,

    /// <summary>Image-dependent pair potential (Smidstrup et al., J. Chem. Phys. 140, 214106 (2014)): distances change evenly.</summary>
    Idpp,
}

/// <summary>Minimizer of a band.</summary>
public enum NebOptimizer
{
    /// <summary>Quasi-Newton with a dense Hessian: fewest steps.</summary>
    Bfgs,

    /// <summary>Quasi-Newton with limited memory: for large bands.</summary>
    Lbfgs,

    /// <summary>Damped dynamics: many steps, hard to upset.</summary>
    Fire,
}

/// <summary>How a nudged elastic band is computed. The defaults are those of the published bands.</summary>
public sealed record NebSettings
{
    /// <summary>Images between the two ends, at least 1.</summary>
    public int Images { get; init; } = 3;

    /// <summary>Forces of the band.</summary>
    public NebMethod Method { get; init; } = NebMethod.FullSpring;

    /// <summary>Spring constant, eV/Å².</summary>
    public double Spring { get; init; } = 5;

    /// <summary>Whether the highest image climbs to the saddle.</summary>
    public bool Climb { get; init; }

    /// <summary>First guess.</summary>
    public NebInterpolation Interpolation { get; init; } = NebInterpolation.Idpp;

    /// <summary>Minimizer.</summary>
    public NebOptimizer Optimizer { get; init; } = NebOptimizer.Bfgs;

    /// <summary>Largest force on an atom of a band that counts as converged, eV/Å; the same for the ends.</summary>
    public double Tolerance { get; init; } = 0.05;

    /// <summary>Most steps of a band, and of the relaxation of an end.</summary>
    public int MaxSteps { get; init; } = 1000;

    /// <summary>Whether both ends are relaxed first, in their cell.</summary>
    public bool RelaxEnds { get; init; } = true;

    /// <summary>
    /// Whether every atom of the final configuration is first brought to its image nearest to the initial one. Needed where the two files are wrapped into the
    /// cell independently; off, the coordinates are taken as they are given, as the published bands do.
    /// </summary>
    public bool NearestImages { get; init; } = true;

    /// <summary>A force above this is not followed, eV/Å.</summary>
    public double LargestForce { get; init; } = 1e4;

    /// <summary>The settings of the published bands with universal potentials: the defaults, coordinates as they are given.</summary>
    public static NebSettings Published { get; } = new() { NearestImages = false };

    /// <summary>Checks every member.</summary>
    /// <exception cref="ArgumentException">A member is out of its range.</exception>
    public void Validate()
    {
        Require(Images is >= 1 and <= 1000, $"{Images} images; 1 to 1000 are needed between the ends");
        Require(Spring > 0 && double.IsFinite(Spring), $"spring constant {Spring}; it must be positive, eV/Å²");
        Require(Tolerance > 0 && double.IsFinite(Tolerance), $"force tolerance {Tolerance}; it must be positive, eV/Å");
        Require(MaxSteps >= 0, $"{MaxSteps} steps; it must be 0 or more");
        Require(LargestForce > Tolerance, $"largest force {LargestForce}; it must be above the tolerance");
    }

    private static void Require(bool condition, FormattableString message)
    {
        if (!condition)
        {
            throw new ArgumentException(FormattableString.Invariant(message));
        }
    }
}
