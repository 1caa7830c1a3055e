namespace Migrate.Evaluation;

/// <summary>One line of a <see cref="LineChart"/>.</summary>
/// <param name="Name">As the legend shows it.</param>
/// <param name="X">[n] abscissae.</param>
/// <param name="Y">[n] ordinates; where one is not finite, or not positive on a logarithmic axis, the line has a gap.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y);
