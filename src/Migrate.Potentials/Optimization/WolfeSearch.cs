namespace Migrate.Potentials.Optimization;

/// <summary>
/// A line search for a step that decreases enough and flattens enough (the strong Wolfe conditions), by safeguarded cubic and quadratic
/// interpolation (Moré and Thuente, ACM Trans. Math. Softw. 20, 286 (1994)); steps change by no more than an atom's longest way at a time, as in
/// ASE's quasi-Newton relaxation. The caller evaluates: it reads <see cref="Step"/>, and tells value and slope there to <see cref="Accept"/>.
/// </summary>
internal sealed class WolfeSearch
{
    private const double Decrease = 0.23, Curvature = 0.46, Expand = 4, Least = 1.1, Longest = 50, Shortest = 1e-8;

    private readonly Func<double, double> _limit;
    private readonly double _value, _slope;
    private Point _best, _other;
    private bool _bracketed;
    private double _lower, _upper, _width, _lastWidth, _asked;

    /// <summary>A search from a point.</summary>
    /// <param name="value">Value at step 0.</param>
    /// <param name="slope">Slope at step 0, negative.</param>
    /// <param name="limit">Largest change of the step that moves no atom too far, for a change that is wanted.</param>
    public WolfeSearch(double value, double slope, Func<double, double> limit)
    {
        (_value, _slope, _limit) = (value, slope, limit);
        (_best, _other) = (new Point(0, value, slope), new Point(0, value, slope));
        (_lower, _upper) = (0, 1 + Expand);
        _width = Longest - Shortest;
        _lastWidth = 2 * _width;
        Step = limit(1);
    }

    private readonly record struct Point(double Step, double Value, double Slope);

    /// <summary>The step to try next, or the one that was found.</summary>
    public double Step { get; private set; }

    /// <summary>Whether <see cref="Step"/> is final.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Whether the search ended where nothing more can be learned of the curvature.</summary>
    public bool IsStuck { get; private set; }

    /// <summary>Goes on from value and slope at <see cref="Step"/>.</summary>
    public void Accept(double value, double slope)
    {
        _asked = Step;
        var enough = _value + (Step * Decrease * _slope);
        if ((value <= enough && Math.Abs(slope) <= Curvature * -_slope)
            || (_bracketed && (Step <= _lower || Step >= _upper || _upper - _lower <= 1e-14 * _upper))
            || (Step == Longest && value <= enough && slope <= Decrease * _slope)
            || (Step == Shortest && (value > enough || slope >= Decrease * _slope)))
        {
            IsDone = true;
            return;
        }

        var wanted = Interpolate(new Point(Step, value, slope));
        Step = _asked + _limit(wanted - _asked);
        if (_bracketed)
        {
            var span = Math.Abs(_other.Step - _best.Step);
            if (span >= 0.66 * _lastWidth)
            {
                Step = _best.Step + (0.5 * (_other.Step - _best.Step));
            }

            (_lastWidth, _width) = (_width, span);
            (_lower, _upper) = (Math.Min(_best.Step, _other.Step), Math.Max(_best.Step, _other.Step));
        }
        else
        {
            (_lower, _upper) = (Step + (Least * (Step - _best.Step)), Step + (Expand * (Step - _best.Step)));
        }

        Step = Math.Clamp(Step, Shortest, Longest);
        IsStuck = _best.Step == Step && Step == Longest && _lower > Longest;
        if ((_bracketed && Step < _lower) || Step >= _upper || (_bracketed && _upper - _lower < 1e-14 * _upper))
        {
            Step = _best.Step;
        }

        IsDone = IsStuck;
    }

    // The next step by interpolation between the best point and the new one; both ends of the interval are updated.
    private double Interpolate(Point p)
    {
        var b = _best;
        var turned = p.Slope * Math.Sign(b.Slope) < 0;
        double next;
        if (p.Value > b.Value)
        {
            // Higher: a minimum lies between.
            var cubic = b.Step + (Cubic(b, p, p.Step < b.Step) * (p.Step - b.Step));
            var quadratic = b.Step + (b.Slope / (((b.Value - p.Value) / (p.Step - b.Step)) + b.Slope) / 2 * (p.Step - b.Step));
            next = Math.Abs(cubic - b.Step) < Math.Abs(quadratic - b.Step) ? cubic : cubic + ((quadratic - cubic) / 2);
            _bracketed = true;
        }
        else if (turned)
        {
            // Lower, and uphill again: a minimum lies between.
            var cubic = p.Step + (Cubic(p, b, p.Step > b.Step) * (b.Step - p.Step));
            var secant = Secant(p, b);
            next = Math.Abs(cubic - p.Step) > Math.Abs(secant - p.Step) ? cubic : secant;
            _bracketed = true;
        }
        else if (Math.Abs(p.Slope) < Math.Abs(b.Slope))
        {
            next = Flatter(p, b);
        }
        else
        {
            next = _bracketed ? p.Step + (Cubic(p, _other, p.Step > _other.Step) * (_other.Step - p.Step)) : p.Step > b.Step ? _upper : _lower;
        }

        if (p.Value > b.Value)
        {
            _other = p;
        }
        else
        {
            _other = turned ? b : _other;
            _best = p;
        }

        return next;
    }

    // Lower and flatter: the minimum of the cubic where it has one beyond, else the secant.
    private double Flatter(Point p, Point b)
    {
        var theta = (3 * (b.Value - p.Value) / (p.Step - b.Step)) + b.Slope + p.Slope;
        var scale = Math.Max(Math.Abs(theta), Math.Max(Math.Abs(b.Slope), Math.Abs(p.Slope)));
        var gamma = scale * Math.Sqrt(Math.Max(0, (theta / scale * (theta / scale)) - (b.Slope / scale * (p.Slope / scale))));
        gamma = p.Step > b.Step ? -gamma : gamma;
        var ratio = (gamma - p.Slope + theta) / (gamma + (b.Slope - p.Slope) + gamma);
        var cubic = ratio < 0 && gamma != 0 ? p.Step + (ratio * (b.Step - p.Step)) : p.Step > b.Step ? _upper : _lower;
        var secant = Secant(p, b);
        if (!_bracketed)
        {
            return Math.Max(_lower, Math.Min(_upper, Math.Abs(cubic - p.Step) > Math.Abs(secant - p.Step) ? cubic : secant));
        }

        var next = Math.Abs(cubic - p.Step) < Math.Abs(secant - p.Step) ? cubic : secant;
        var limit = p.Step + (0.66 * (_other.Step - p.Step));
        return p.Step > b.Step ? Math.Min(limit, next) : Math.Max(limit, next);
    }

    private static double Secant(Point p, Point b) => p.Step + (p.Slope / (p.Slope - b.Slope) * (b.Step - p.Step));

    // Minimum of the cubic through two points, as a share of the way from one to the other.
    private static double Cubic(Point from, Point to, bool turn)
    {
        var theta = (3 * (from.Value - to.Value) / (to.Step - from.Step)) + from.Slope + to.Slope;
        var scale = Math.Max(Math.Abs(theta), Math.Max(Math.Abs(from.Slope), Math.Abs(to.Slope)));
        var gamma = scale * Math.Sqrt((theta / scale * (theta / scale)) - (from.Slope / scale * (to.Slope / scale)));
        gamma = turn ? -gamma : gamma;
        return (gamma - from.Slope + theta) / (gamma - from.Slope + gamma + to.Slope);
    }
}
