// A minimum cost flow in the DIMACS format by LEMON's network simplex.
#include <ctime>
#include <fstream>
#include <iostream>
#include <lemon/dimacs.h>
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

int main(int, char **words) {
    typedef lemon::SmartDigraph Graph;
    Graph graph;
    Graph::ArcMap<long long> lower(graph), capacity(graph), cost(graph);
    Graph::NodeMap<long long> supply(graph);
    std::ifstream file(words[1]);
    lemon::readDimacsMin(file, graph, lower, capacity, cost, supply);
    std::clock_t start = std::clock();
    lemon::NetworkSimplex<Graph, long long, long long> solver(graph);
    solver.lowerMap(lower).upperMap(capacity).costMap(cost).supplyMap(supply);
    bool optimal = solver.run() == solver.OPTIMAL;
    double millis = 1000.0 * (std::clock() - start) / CLOCKS_PER_SEC;
    std::ifstream status("/proc/self/status");
    std::string line;
    long peak = 0;
    while (std::getline(status, line))
        if (line.compare(0, 6, "VmHWM:") == 0) peak = std::stol(line.substr(6)) / 1024;
    std::cout << "solve_ms=" << millis << " weighted=" << solver.totalCost<long long>()
              << " proven=" << (optimal ? "true" : "false") << " peak_mib=" << peak << "\n";
}
